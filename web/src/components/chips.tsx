import type { ReactNode } from 'react'

import classes from './chips.module.css'

/** A row of filters to press; where there is little room it is drawn along, and keeps its height. */
export function Chips({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.chips} role="group" aria-label={label}>
      {children}
    </div>
  )
}

type ChipProps = {
  label: string
  /** How many it finds, once that is known. */
  count?: string | undefined
  /** It keeps the room for a count. */
  isCounted?: boolean
  /** What is said beside it, more softly. */
  note?: string | undefined
  isPressed: boolean
  onPress: () => void
  testId: string
}

/** A filter that is on or off. */
export function Chip({ label, count, isCounted = false, note, isPressed, onPress, testId }: ChipProps) {
  return (
    <button
      type="button"
      className={classes.chip}
      aria-pressed={isPressed}
      onClick={onPress}
      data-testid={testId}
    >
      {label} {isCounted && <span>{count ?? '\u00a0'}</span>}
      {note !== undefined && <span className={classes.note}>{note}</span>}
    </button>
  )
}
