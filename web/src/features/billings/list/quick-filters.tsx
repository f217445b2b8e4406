import { useQuery } from '@tanstack/react-query'

import { Chip, Chips } from '@/components/chips'
import { useText } from '@/lib/i18n/locale-context'
import type { QuickCount, QuickCounts } from '@/lib/schemas'

import { countsQuery } from '../api/get-billings'

const NAMES = [
  'all',
  'not_delivered',
  'uncertain',
  'returned',
  'due_soon',
  'overdue',
  'paid',
  'refused',
  'cancelled',
] as const satisfies (keyof QuickCounts)[]

/** What only a bank brings is offered once it has brought some. */
const OF_BANK: readonly string[] = ['paid', 'refused']

type QuickFiltersProps = {
  uploadId: string | undefined
  isMoving: boolean
  picked: string
  onPick: (name: string) => void
}

/** The questions of every day, each with how many there are. */
export function QuickFilters({ uploadId, isMoving, picked, onPick }: QuickFiltersProps) {
  const { t, format } = useText()
  const words = t.listing
  const counts = useQuery(countsQuery(uploadId, isMoving)).data
  const told = ({ billings, more }: QuickCount) =>
    more ? words.moreThan(format.integer(billings)) : format.integer(billings)
  return (
    <Chips label={words.quickLabel}>
      {NAMES.filter(
        (name) => !OF_BANK.includes(name) || name === picked || (counts?.[name].billings ?? 0) > 0,
      ).map((name) => (
        <Chip
          key={name}
          label={words.quick[name]}
          isCounted
          count={counts && told(counts[name])}
          isPressed={name === picked}
          onPress={() => onPick(name)}
          testId={`quick-${name}`}
        />
      ))}
    </Chips>
  )
}
