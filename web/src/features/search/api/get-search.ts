import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import type { SearchAnswer } from '@/lib/schemas'

/** While a file is not searchable yet the same words may find more in a moment. */
const PENDING_MS = 3_000

/** Billings and payers of all files by whatever the text may be of. */
export function searchQuery(text: string) {
  return queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => getJson<SearchAnswer>(withQuery('/search', { q: text }), signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => ((state.data?.pending_uploads ?? 0) > 0 ? PENDING_MS : false),
  })
}
