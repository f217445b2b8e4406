import { OpenButton, RecordsTable, Sub, type Column } from '@/components/records-table'
import { StatusBadge } from '@/components/status-badge'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { Billing } from '@/lib/schemas'
import { billingWord } from '@/lib/statuses'

type BillingsTableProps = {
  billings: Billing[]
  /** How the mails of their file leave. */
  mail: string
  isStale: boolean
  onOpen: (debtId: string) => void
}

export function BillingsTable({ billings, mail, isStale, onOpen }: BillingsTableProps) {
  const { t, format } = useText()
  const words = t.billings
  const columns: Column<Billing>[] = [
    {
      title: words.line,
      cell: (billing) => format.integer(billing.line_number),
      isNumber: true,
      card: 'none',
    },
    {
      title: words.payer,
      isText: true,
      cell: (billing) => (
        <>
          <OpenButton
            onOpen={() => onOpen(billing.debt_id)}
            label={words.open(billing.name || words.payerNotShown)}
            testId="open-billing"
          >
            {billing.name || words.payerNotShown}
          </OpenButton>
          <Sub>{billing.email}</Sub>
        </>
      ),
    },
    { title: words.taxId, cell: (billing) => formatTaxId(billing.tax_id), card: 'none' },
    {
      title: words.amount,
      cell: (billing) => format.money(billing.amount_cents),
      isNumber: true,
      card: 'aside',
    },
    { title: words.dueDate, cell: (billing) => format.date(billing.due_date) },
    {
      title: words.status,
      cell: (billing) => (
        <StatusBadge
          status={billing.status}
          label={billingWord(t, billing.status, mail)}
          testId="billing-status"
        />
      ),
      card: 'aside',
    },
  ]
  return (
    <RecordsTable
      label={words.table}
      columns={columns}
      records={billings}
      idOf={(billing) => billing.debt_id}
      dataOf={(billing) => ({
        'data-testid': 'billing-row',
        'data-debt-id': billing.debt_id,
        'data-removed': billing.status === 'REMOVED',
      })}
      isStale={isStale}
      testId="billings-table"
    />
  )
}
