import type { CSSProperties } from 'react'

import { statusTone, type StatusTone } from '@/lib/statuses'

import classes from './status-badge.module.css'

type StatusBadgeProps = { status: string; label: string; tone?: StatusTone; testId?: string }

/** A status in words, with a coloured dot beside them: never by colour alone. */
export function StatusBadge({ status, label, tone = statusTone(status), testId }: StatusBadgeProps) {
  const colours = { '--tone': `var(--tone-${tone})`, '--tone-bg': `var(--tone-${tone}-bg)` }
  return (
    <span
      className={classes.badge}
      style={colours as CSSProperties}
      data-tone={tone}
      data-status={status}
      data-testid={testId}
    >
      <span className={classes.dot} aria-hidden="true" />
      {label}
    </span>
  )
}
