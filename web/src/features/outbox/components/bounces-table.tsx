import { OpenButton, RecordsTable, Sub, type Column } from '@/components/records-table'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import type { Bounce } from '@/lib/schemas'

type BouncesTableProps = { bounces: Bounce[]; onOpen: (debtId: string) => void }

export function BouncesTable({ bounces, onOpen }: BouncesTableProps) {
  const { t, format } = useText()
  const words = t.bounces
  const columns: Column<Bounce>[] = [
    {
      title: t.billings.payer,
      isText: true,
      cell: (bounce) => (
        <>
          <OpenButton
            onOpen={() => onOpen(bounce.debt_id)}
            label={t.billings.open(bounce.name)}
            testId="open-bounced"
          >
            {bounce.name}
          </OpenButton>
          <Sub>{bounce.email}</Sub>
        </>
      ),
    },
    {
      title: words.address,
      cell: (bounce) => (
        <StatusBadge
          status={bounce.suppressed ? 'FAILED' : 'ACKNOWLEDGED'}
          label={bounce.suppressed ? words.suppressed : words.active}
          testId="bounce-address"
        />
      ),
      card: 'aside',
    },
    { title: words.at, cell: (bounce) => format.instant(bounce.at), card: 'wide' },
    {
      title: words.reason,
      isText: true,
      cell: (bounce) => (
        <>
          {bounce.status !== null && <strong>{bounce.status} </strong>}
          {bounce.detail}
        </>
      ),
      card: 'wide',
    },
    {
      title: words.debtId,
      isText: true,
      cell: (bounce) => <Sub>{bounce.code}</Sub>,
      card: 'wide',
    },
  ]
  return (
    <RecordsTable
      label={words.table}
      columns={columns}
      records={bounces}
      idOf={(bounce) => bounce.debt_id}
      dataOf={(bounce) => ({ 'data-testid': 'bounce-row', 'data-debt-id': bounce.debt_id })}
      testId="bounces-table"
    />
  )
}
