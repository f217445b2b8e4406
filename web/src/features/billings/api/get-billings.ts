import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { filteredPath, getJson, withQuery } from '@/lib/api-client'
import type { BillingsPage, QuickCounts } from '@/lib/schemas'

const BILLINGS_PAGE_ROWS = 50
/** Pages without a row are gone past by themselves, so many of them: the API looks for 0.4 s in each. */
const LOOKS_MAX = 12

type ListedPage = { filter: string; after: string | null }

/** One keyset page of what a filter means. `isMoving`: ask again while statuses change. */
export function billingsQuery({ filter, after }: ListedPage, isMoving: boolean) {
  return queryOptions({
    queryKey: ['billings', 'list', filter, after],
    queryFn: async ({ signal }) => {
      const read = (from: string | null) =>
        getJson<BillingsPage>(
          filteredPath('/billings', filter, { after: from, limit: BILLINGS_PAGE_ROWS }),
          signal,
        )
      let page = await read(after)
      for (let looks = 1; page.records.length === 0 && page.next !== null && looks < LOOKS_MAX; looks += 1) {
        // Each answer says where the next look begins.
        page = await read(page.next)
      }
      return page
    },
    placeholderData: keepPreviousData,
    refetchInterval: isMoving ? 4_000 : false,
  })
}

/** What each quick filter finds, of one file or of all. */
export function countsQuery(uploadId: string | undefined, isMoving: boolean) {
  return queryOptions({
    queryKey: ['billings', 'counts', uploadId ?? null],
    queryFn: ({ signal }) =>
      getJson<QuickCounts>(withQuery('/billings/counts', { upload_id: uploadId }), signal),
    refetchInterval: isMoving ? 4_000 : false,
    staleTime: 15_000,
  })
}
