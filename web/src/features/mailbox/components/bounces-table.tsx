import classes from '@/components/records-table.module.css'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import type { Bounce } from '@/lib/schemas'

type BouncesTableProps = { bounces: Bounce[]; onOpen: (debtId: string) => void }

function BounceRow({ bounce, onOpen }: { bounce: Bounce; onOpen: (debtId: string) => void }) {
  const { t, format } = useText()
  return (
    <tr role="row" data-testid="bounce-row" data-debt-id={bounce.debt_id}>
      <td role="cell" className={classes.payer}>
        <button
          type="button"
          onClick={() => onOpen(bounce.debt_id)}
          aria-label={t.billings.open(bounce.name)}
          data-testid="open-bounced"
        >
          {bounce.name}
        </button>
        <span className={classes.sub}>{bounce.email}</span>
      </td>
      <td role="cell" className={classes.status}>
        <StatusBadge
          status={bounce.suppressed ? 'FAILED' : 'ACKNOWLEDGED'}
          label={bounce.suppressed ? t.bounces.suppressed : t.bounces.active}
          testId="bounce-address"
        />
      </td>
      <td role="cell" className={classes.wide}>{format.instant(bounce.at)}</td>
      <td role="cell" className={`${classes.wide ?? ''} ${classes.words ?? ''}`}>
        {bounce.status !== null && <strong>{bounce.status} </strong>}
        {bounce.detail}
      </td>
      <td role="cell" className={`${classes.wide ?? ''} ${classes.words ?? ''}`}>
        <span className={classes.sub}>{bounce.debt_id}</span>
      </td>
    </tr>
  )
}

export function BouncesTable({ bounces, onOpen }: BouncesTableProps) {
  const { t } = useText()
  const words = t.bounces
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-label={words.table} tabIndex={0}>
      <table role="table" className={classes.table} data-testid="bounces-table">
        <caption className="visually-hidden">{words.table}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {[t.billings.payer, words.address, words.at, words.reason, words.debtId].map((title) => (
              <th key={title} role="columnheader" scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {bounces.map((bounce) => (
            <BounceRow key={bounce.debt_id} bounce={bounce} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
