import { infiniteQueryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import type { BouncesPage } from '@/lib/schemas'

/** Few: they stand above the upload's billings. Who wants all of them takes the CSV. */
const BOUNCES_PAGE_ROWS = 20

/** Mails of an upload that came back, as many pages as were asked for. */
export function bouncesQuery(uploadId: string) {
  return infiniteQueryOptions({
    queryKey: ['bounces', uploadId],
    queryFn: ({ pageParam, signal }) => {
      const values = { upload_id: uploadId, after: pageParam, limit: BOUNCES_PAGE_ROWS }
      return getJson<BouncesPage>(withQuery('/mail/bounces', values), signal)
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    select: (data) => data.pages.flatMap((page) => page.records),
    // They come in over days: not worth reading every page again at each return to the tab.
    refetchOnWindowFocus: false,
  })
}
