import { useText } from '@/lib/i18n/locale-context'
import type { Received } from '@/lib/schemas'

import classes from './receipts.module.css'

const DAY_MS = 86_400_000
const HEIGHT = 100
/** A day on which anything was paid is seen. */
const BAR_MIN = 2
const GAP = 0.2

const dayNumber = (day: string) => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS)

/** What was paid by day, as bars; the same is in the table below. */
export function DayChart({ received }: { received: Received }) {
  const { t, format } = useText()
  const { first, last, days } = received
  const words = t.receipts.byDay
  const count = dayNumber(last) - dayNumber(first) + 1
  const largest = Math.max(...days.map((day) => day.paid_cents))
  return (
    <>
      <svg
        className={classes.chart}
        viewBox={`0 0 ${count} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.chart(format.date(first), format.date(last))}
        data-testid="day-chart"
      >
        {days.map(({ paid_on, paid_cents }) => {
          const height = Math.max((paid_cents / largest) * HEIGHT, BAR_MIN)
          return (
            <rect
              key={paid_on}
              x={dayNumber(paid_on) - dayNumber(first) + GAP / 2}
              y={HEIGHT - height}
              width={1 - GAP}
              height={height}
            />
          )
        })}
      </svg>
      <div className={classes.ends} aria-hidden="true">
        <span>{format.date(first)}</span>
        <span>{words.largest(format.money(largest))}</span>
        <span>{format.date(last)}</span>
      </div>
    </>
  )
}
