import { OpenButton, OpenLink, RecordsTable, Sub, type Column } from '@/components/records-table'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { Billing, Upload } from '@/lib/schemas'

import { BillingBadge } from './billing-detail-view'
import classes from './billings-table.module.css'

type BillingsTableProps = {
  billings: Billing[]
  /** The file a billing came in; null while it is not known. */
  fileOf: (billing: Billing) => Upload | null
  isStale: boolean
} & (
  | { onOpen: (debtId: string) => void; linkOf?: never }
  /** Of many files: the file is named in place of the line. */
  | { linkOf: (billing: Billing) => string; onOpen?: never }
)

/** Why a mail did not arrive, below the status. */
function Why({ billing: { reason, returned } }: { billing: Billing }) {
  const { t } = useText()
  if (reason === null) return null
  const why = t.listing.reasons[reason]
  return <Sub>{returned ? `${t.listing.returned}: ${why}` : why}</Sub>
}

export function BillingsTable({ billings, fileOf, isStale, onOpen, linkOf }: BillingsTableProps) {
  const { t, format } = useText()
  const words = t.billings
  const nameOf = (billing: Billing) => billing.name || words.payerNotShown
  const line: Column<Billing> = {
    title: words.line,
    cell: (billing) => format.integer(billing.line_number),
    isNumber: true,
    card: 'none',
  }
  const code: Column<Billing> = {
    title: words.debtId,
    isText: true,
    card: 'last',
    cell: (billing) => (
      <>
        <span className={classes.code}>{billing.code}</span>
        {linkOf !== undefined && <Sub>{fileOf(billing)?.name ?? '\u00a0'}</Sub>}
      </>
    ),
  }
  const columns: Column<Billing>[] = [
    ...(linkOf === undefined ? [line] : []),
    {
      title: words.payer,
      isText: true,
      cell: (billing) => (
        <>
          {linkOf === undefined ? (
            <OpenButton
              onOpen={() => onOpen(billing.debt_id)}
              label={words.open(nameOf(billing))}
              testId="open-billing"
            >
              {nameOf(billing)}
            </OpenButton>
          ) : (
            <OpenLink to={linkOf(billing)} testId="open-billing">
              {nameOf(billing)}
            </OpenLink>
          )}
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
    code,
    {
      title: words.status,
      cell: (billing) => (
        <>
          <BillingBadge billing={billing} mail={fileOf(billing)?.mail ?? null} />
          <Why billing={billing} />
        </>
      ),
      card: 'aside',
    },
  ]
  return (
    <RecordsTable
      label={words.table}
      columns={columns}
      records={billings}
      idOf={(billing) => `${billing.debt_id} ${billing.createdat}`}
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
