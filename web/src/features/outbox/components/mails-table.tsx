import { OpenButton, RecordsTable, Sub, type Column } from '@/components/records-table'
import { useText } from '@/lib/i18n/locale-context'
import type { MailSummary } from '@/lib/schemas'

type MailsTableProps = {
  mails: MailSummary[]
  openId: string | null
  isStale: boolean
  onOpen: (debtId: string) => void
}

export function MailsTable({ mails, openId, isStale, onOpen }: MailsTableProps) {
  const { t, format } = useText()
  const words = t.outbox
  const columns: Column<MailSummary>[] = [
    {
      title: t.billings.payer,
      isText: true,
      cell: (mail) => (
        <OpenButton
          onOpen={() => onOpen(mail.debt_id)}
          isCurrent={mail.debt_id === openId}
          testId="mail-item"
        >
          {mail.name}
        </OpenButton>
      ),
    },
    { title: words.date, cell: (mail) => <Sub>{format.instant(mail.sentat)}</Sub>, card: 'aside' },
    { title: words.subject, isText: true, cell: (mail) => mail.subject, card: 'wide' },
    { title: t.billings.email, isText: true, cell: (mail) => <Sub>{mail.email}</Sub>, card: 'wide' },
    {
      title: t.billings.amount,
      cell: (mail) => (
        <Sub>
          {format.money(mail.amount_cents)} · {words.due(format.date(mail.due_date))}
        </Sub>
      ),
      card: 'wide',
    },
  ]
  return (
    <RecordsTable
      label={words.list}
      columns={columns}
      records={mails}
      idOf={(mail) => mail.debt_id}
      dataOf={(mail) => ({ 'data-debt-id': mail.debt_id })}
      isStale={isStale}
      testId="mail-list"
    />
  )
}
