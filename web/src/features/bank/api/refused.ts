import { infiniteQueryOptions } from '@tanstack/react-query'

import { apiPath, getJson, postBody, withQuery } from '@/lib/api-client'
import type { RefusedPage, RefusedTitle, TitleAddress } from '@/lib/schemas'

const PAGE_ROWS = 50

/** Titles that the bank refused to enter. */
export const refusedQuery = infiniteQueryOptions({
  queryKey: ['remittances', 'refused'],
  queryFn: ({ pageParam, signal }) =>
    getJson<RefusedPage>(
      withQuery('/remittances/refused', { after: pageParam, limit: PAGE_ROWS }),
      signal,
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
  select: (data) => data.pages.flatMap((page) => page.records),
})

/** Let the next remittance enter a title again; without an address, as it was. */
export const enterAgain = (debtId: string, address: TitleAddress | null) =>
  postBody<RefusedTitle>(apiPath`/remittances/refused/${debtId}/again`, { address })
