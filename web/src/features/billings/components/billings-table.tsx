import classes from '@/components/records-table.module.css'
import { StatusBadge } from '@/components/status-badge'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { Billing } from '@/lib/schemas'

type BillingsTableProps = { billings: Billing[]; isStale: boolean; onOpen: (debtId: string) => void }

function BillingRow({ billing, onOpen }: { billing: Billing; onOpen: (debtId: string) => void }) {
  const { t, format } = useText()
  return (
    <tr role="row" data-testid="billing-row" data-debt-id={billing.debt_id}>
      <td role="cell" className={`${classes.number ?? ''} ${classes.minor ?? ''}`}>
        {format.integer(billing.line_number)}
      </td>
      <td role="cell" className={classes.payer}>
        <button
          type="button"
          onClick={() => onOpen(billing.debt_id)}
          aria-label={t.billings.open(billing.name)}
          data-testid="open-billing"
        >
          {billing.name}
        </button>
        <span className={classes.sub}>{billing.email}</span>
      </td>
      <td role="cell" className={classes.minor}>{formatTaxId(billing.tax_id)}</td>
      <td role="cell" className={`${classes.number ?? ''} ${classes.amount ?? ''}`}>
        {format.money(billing.amount_cents)}
      </td>
      <td role="cell">{format.date(billing.due_date)}</td>
      <td role="cell" className={classes.status}>
        <StatusBadge
          status={billing.status}
          label={t.billingStatus[billing.status] ?? billing.status}
          testId="billing-status"
        />
      </td>
    </tr>
  )
}

export function BillingsTable({ billings, isStale, onOpen }: BillingsTableProps) {
  const { t } = useText()
  const words = t.billings
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-label={words.table} tabIndex={0}>
      <table
        role="table"
        className={`${classes.table ?? ''} ${isStale ? (classes.stale ?? '') : ''}`}
        aria-busy={isStale}
        data-testid="billings-table"
      >
        <caption className="visually-hidden">{words.table}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" className={classes.number}>
              {words.line}
            </th>
            <th role="columnheader" scope="col">{words.payer}</th>
            <th role="columnheader" scope="col">{words.taxId}</th>
            <th role="columnheader" scope="col" className={classes.number}>
              {words.amount}
            </th>
            <th role="columnheader" scope="col">{words.dueDate}</th>
            <th role="columnheader" scope="col">{words.status}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {billings.map((billing) => (
            <BillingRow key={billing.debt_id} billing={billing} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
