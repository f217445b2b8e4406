import { statusTone, type StatusTone } from '@/lib/statuses'

import classes from './status-badge.module.css'

type StatusBadgeProps = { status: string; label: string; tone?: StatusTone; testId?: string }

/** A status in words, with a coloured dot beside them: never by colour alone. */
export function StatusBadge({ status, label, tone = statusTone(status), testId }: StatusBadgeProps) {
  return (
    <span className={classes.badge} data-tone={tone} data-status={status} data-testid={testId}>
      <span className={classes.dot} aria-hidden="true" />
      {label}
    </span>
  )
}
