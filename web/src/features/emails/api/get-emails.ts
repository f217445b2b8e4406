import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import type { SuppressionsPage, UndeliveredPage, UndeliveredTotals } from '@/lib/schemas'

const PAGE_ROWS = 50

type Wanted = { state: string; reason: string | null; after: string | null }

/** Mails of all files that did not arrive, in a state and for a reason. */
export const undeliveredQuery = (wanted: Wanted) =>
  queryOptions({
    queryKey: ['emails', 'list', wanted],
    queryFn: ({ signal }) =>
      getJson<UndeliveredPage>(withQuery('/mail/undelivered', { ...wanted, limit: PAGE_ROWS }), signal),
    placeholderData: keepPreviousData,
  })

/** How many there are, by state and reason. */
export const totalsQuery = queryOptions({
  queryKey: ['emails', 'totals'],
  queryFn: ({ signal }) => getJson<UndeliveredTotals>('/mail/undelivered/totals', signal),
})

/** Addresses that are not written to, the newest first. */
export const blockedQuery = (after: string | null) =>
  queryOptions({
    queryKey: ['emails', 'blocked', after],
    queryFn: ({ signal }) =>
      getJson<SuppressionsPage>(withQuery('/suppressions', { after, limit: PAGE_ROWS }), signal),
    placeholderData: keepPreviousData,
  })
