import { useQuery } from '@tanstack/react-query'

import { Chip, Chips } from '@/components/chips'
import { useText } from '@/lib/i18n/locale-context'
import type { QuickCount, QuickCounts } from '@/lib/schemas'

import { countsQuery } from '../api/get-billings'

const NAMES = [
  'all',
  'not_delivered',
  'not_delivered_today',
  'uncertain',
  'returned',
  'due_soon',
  'overdue',
  'paid',
  'refused',
  'cancelled',
] as const satisfies (keyof QuickCounts)[]

/** What says a day of many files says nothing within one. */
const OF_FILES: readonly string[] = ['not_delivered_today']
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
  const isOffered = (name: string, billings: number) => {
    if (name === picked) return true
    return OF_BANK.includes(name) ? billings > 0 : uploadId === undefined || !OF_FILES.includes(name)
  }
  const told = ({ billings, more }: QuickCount) =>
    more ? words.moreThan(format.integer(billings)) : format.integer(billings)
  return (
    <Chips label={words.quickLabel}>
      {NAMES.filter((name) => isOffered(name, counts?.[name].billings ?? 0)).map((name) => (
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
