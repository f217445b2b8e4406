import { queryOptions } from '@tanstack/react-query'

import { getJson } from './api-client'
import type { About } from './schemas'

/** What this installation is: bank, mail mode, limits. */
export const aboutQuery = queryOptions({
  queryKey: ['about'],
  queryFn: ({ signal }) => getJson<About>('/about', signal),
  staleTime: 5 * 60_000,
})
