import { useQuery } from '@tanstack/react-query'

import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Overview } from '@/lib/schemas'

import { overviewQuery, type Days } from './api/get-overview'

const KINDS = ['returned', 'refused', 'held_back', 'suspense'] as const

const DOORS: Record<(typeof KINDS)[number], string> = {
  returned: paths.emails('BOUNCED'),
  refused: paths.bank,
  held_back: paths.bank,
  suspense: paths.receipts,
}

/** What waits beside the files, each with its money and its door; undefined until it is known, nothing where it is not told. */
export function useWaiting(days: Days) {
  const { t, format } = useText()
  const query = useQuery(overviewQuery(days))
  // Who waits for the files does not wait for a second try at this.
  if (query.data === undefined) {
    return query.failureCount + query.errorUpdateCount > 0 ? { needs: [], files: [] } : undefined
  }
  const { waiting }: Overview = query.data
  const words = t.overview.waiting
  const needs = KINDS.filter((kind) => waiting[kind].count > 0).map((kind) => {
    const { count, amount_cents, more } = waiting[kind]
    const formatted = more ? words.atLeast(format.integer(count)) : format.integer(count)
    const { told, button } = words[kind]
    return { kind, told: told(count, formatted), cents: amount_cents, to: DOORS[kind], button }
  })
  return { needs, files: waiting.files, counts: waiting.file_counts }
}
