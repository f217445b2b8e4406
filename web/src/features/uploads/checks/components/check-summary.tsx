import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { UploadCheck } from '@/lib/schemas'

import classes from './check-summary.module.css'

function Amount({ check }: { check: UploadCheck }) {
  const { t, format } = useText()
  const { amount_min_cents: least, amount_max_cents: largest } = check
  return (
    <div>
      <dt>{t.checks.summary.amount}</dt>
      <dd>
        <span className={classes.large} data-testid="check-amount">
          {format.money(check.amount_cents)}
        </span>
        {least !== null && largest !== null && (
          <span className={classes.note} data-testid="check-amounts">
            {t.checks.summary.between(format.money(least), format.money(largest))}
          </span>
        )}
      </dd>
    </div>
  )
}

/** What stays out, and why; what was billed before with other values stands out. */
function LeftOut({ check }: { check: UploadCheck }) {
  const { t, format } = useText()
  const words = t.checks.summary
  const out = check.rejected + check.duplicates
  const notes = [
    check.rejected > 0 && words.rejected(check.rejected, format.integer(check.rejected)),
    check.duplicates > 0 && words.duplicates(check.duplicates, format.integer(check.duplicates)),
    check.conflicts > 0 && words.conflicts(check.conflicts, format.integer(check.conflicts)),
  ].filter((note) => note !== false)
  return (
    <div>
      <dt>{words.out}</dt>
      <dd data-testid="check-out">
        <span className={`${classes.large} ${out > 0 ? classes.bad : ''}`}>{format.integer(out)}</span>
        {notes.map((note) => (
          <span key={note} className={classes.note}>
            {note}
          </span>
        ))}
      </dd>
    </div>
  )
}

/** What a start would bill: how many, how much, when it is due, and what stays out. */
export function CheckSummary({ check, isStale }: { check: UploadCheck; isStale: boolean }) {
  const { t, format } = useText()
  const words = t.checks.summary
  const { accepted, due_date_first: first, due_date_last: last } = check
  return (
    <Sheet label={words.label}>
      <dl
        className={classes.summary}
        data-stale={isStale}
        aria-busy={isStale}
        data-testid="check-summary"
      >
        <div>
          <dt>{words.issued}</dt>
          <dd>
            <span className={`${classes.large} ${accepted > 0 ? classes.good : ''}`} data-testid="check-accepted">
              {format.integer(accepted)}
            </span>{' '}
            <span className={classes.unit}>{words.boletos(accepted)}</span>
            <span className={classes.note} data-testid="check-records">
              {words.ofRecords(check.records, format.integer(check.records))}
            </span>
          </dd>
        </div>
        <Amount check={check} />
        <div>
          <dt>{words.due}</dt>
          <dd className={classes.days} data-testid="check-due">
            {first !== null && last !== null
              ? words.days(format.date(first), format.date(last))
              : t.common.none}
          </dd>
        </div>
        <LeftOut check={check} />
      </dl>
    </Sheet>
  )
}
