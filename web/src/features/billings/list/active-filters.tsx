import { Button } from '@mantine/core'

import { IconX } from '@/components/icons'
import { useText } from '@/lib/i18n/locale-context'
import type { useKeyset } from '@/lib/use-keyset'

import { isNarrowed, NO_FILTER } from './list-filter'
import classes from './list.module.css'

type ActiveFiltersProps = {
  keyset: ReturnType<typeof useKeyset>
  /** The name of the file that the list is narrowed to; null while it is not known. */
  fileName: string | null
}

/** What narrows the list beside the quick filter, each with the way to take it off. */
function useTold(params: URLSearchParams, fileName: string | null): [string, string[]][] {
  const { t, format } = useText()
  const words = t.listing
  const range = (what: string, name: string, told: (value: string) => string): [string, string[]][] => {
    const [from, to] = [params.get(`${name}_from`), params.get(`${name}_to`)]
    if (from === null && to === null) return []
    const text = words.range(what, from === null ? null : told(from), to === null ? null : told(to))
    return [[text, [`${name}_from`, `${name}_to`]]]
  }
  return [
    ...range(words.due, 'due', format.date),
    ...range(words.received, 'received', format.date),
    ...range(words.sent, 'sent', format.date),
    ...range(words.amount, 'amount', (cents) => format.money(Number(cents))),
    ...(params.has('upload_id') ? [[`${words.file}: ${fileName ?? words.aFile}`, ['upload_id']] as [string, string[]]] : []),
  ]
}

/** The filters in use beside the quick one; nothing where there is none. */
export function ActiveFilters({ keyset, fileName }: ActiveFiltersProps) {
  const { t } = useText()
  const words = t.listing
  const told = useTold(keyset.params, fileName)
  if (!isNarrowed(keyset.params)) return null
  return (
    <div className={classes.active} role="group" aria-label={words.active} data-testid="active-filters">
      {told.map(([text, names]) => (
        <button
          key={text}
          type="button"
          className={classes.pill}
          aria-label={words.remove(text)}
          onClick={() => keyset.filter(Object.fromEntries(names.map((name) => [name, null])))}
        >
          {text}
          <IconX size={14} aria-hidden="true" />
        </button>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => keyset.filter(NO_FILTER)}
        data-testid="filters-clear"
      >
        {words.clear}
      </Button>
    </div>
  )
}
