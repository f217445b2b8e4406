import { StatusBadge } from '@/components/status-badge'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { Billing } from '@/lib/schemas'

import classes from './billings-table.module.css'

type BillingsTableProps = { billings: Billing[]; isStale: boolean; onOpen: (debtId: string) => void }

function BillingRow({ billing, onOpen }: { billing: Billing; onOpen: (debtId: string) => void }) {
  const { t, format } = useText()
  return (
    <tr data-testid="billing-row" data-debt-id={billing.debt_id}>
      <td className={classes.number}>{format.integer(billing.line_number)}</td>
      <td className={classes.payer}>
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
      <td>{formatTaxId(billing.tax_id)}</td>
      <td className={classes.number}>{format.money(billing.amount_cents)}</td>
      <td>{format.date(billing.due_date)}</td>
      <td>
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
        className={`${classes.table ?? ''} ${isStale ? (classes.stale ?? '') : ''}`}
        aria-busy={isStale}
        data-testid="billings-table"
      >
        <caption className="visually-hidden">{words.table}</caption>
        <thead>
          <tr>
            <th scope="col" className={classes.number}>
              {words.line}
            </th>
            <th scope="col">{words.payer}</th>
            <th scope="col">{words.taxId}</th>
            <th scope="col" className={classes.number}>
              {words.amount}
            </th>
            <th scope="col">{words.dueDate}</th>
            <th scope="col">{words.status}</th>
          </tr>
        </thead>
        <tbody>
          {billings.map((billing) => (
            <BillingRow key={billing.debt_id} billing={billing} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
