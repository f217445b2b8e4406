import { TextInput } from '@mantine/core'

import { PERIODS } from '@/lib/days'
import { useText } from '@/lib/i18n/locale-context'

import { Chip, Chips } from './chips'
import classes from './periods.module.css'

type PeriodsProps = {
  params: URLSearchParams
  onPick: (changes: { period: string | null; from: string | null; to: string | null }) => void
  /** What holds when nothing is said; null is all of the time. */
  usual: (typeof PERIODS)[number] | null
}

/** Days by name, each by one click, or from one to another; all of it in the address. */
export function Periods({ params, onPick, usual }: PeriodsProps) {
  const { t } = useText()
  const words = t.periods
  const [from, to] = [params.get('from') ?? '', params.get('to') ?? '']
  const isTold = from !== '' || to !== ''
  const picked = isTold ? null : (params.get('period') ?? usual ?? 'all')
  const pick = (period: string) =>
    onPick({ period: period === (usual ?? 'all') ? null : period, from: null, to: null })
  const day = (name: 'from' | 'to', value: string) => (
    <TextInput
      // Whole days only: half a date is none, and empty is no bound.
      key={`${name} ${value}`}
      type="date"
      size="xs"
      aria-label={`${words.label}: ${words[name]}`}
      defaultValue={value}
      onBlur={(event) => {
        const told = event.currentTarget.value
        if (told !== value) onPick({ period: null, from: from || null, to: to || null, [name]: told || null })
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
      data-testid={`period-${name}`}
    />
  )
  return (
    <div className={classes.periods}>
      <Chips label={words.label}>
        {[...(usual === null ? (['all'] as const) : []), ...PERIODS].map((period) => (
          <Chip
            key={period}
            label={words[period]}
            isPressed={period === picked}
            onPress={() => pick(period)}
            testId={`period-${period}`}
          />
        ))}
      </Chips>
      <div className={classes.days}>
        {day('from', from)}
        <span aria-hidden="true">–</span>
        {day('to', to)}
      </div>
    </div>
  )
}
