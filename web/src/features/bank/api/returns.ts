import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { apiPath, getJson, postBody, postTo, withQuery } from '@/lib/api-client'
import type { ReturnFile, ReturnFilesPage, ReturnRecordsPage } from '@/lib/schemas'

const PAGE_ROWS = 50
/** How often a file is asked for while a worker reads or posts it. */
const ASKED_EVERY_MS = 1_000

export const returnsQuery = infiniteQueryOptions({
  queryKey: ['returns', 'files'],
  queryFn: ({ pageParam, signal }) => {
    const path = withQuery('/payments/returns', { after: pageParam, limit: PAGE_ROWS })
    return getJson<ReturnFilesPage>(path, signal)
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
  select: (data) => data.pages.flatMap((page) => page.records),
})

/** One file; `isPosting`: ask until what is wanted of it is done. */
export function returnQuery(returnId: string, isPosting = false) {
  return queryOptions({
    queryKey: ['returns', 'one', returnId],
    queryFn: ({ signal }) => getJson<ReturnFile>(apiPath`/payments/returns/${returnId}`, signal),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && (data.verdict === null || (isPosting && data.postedat === null))
        ? ASKED_EVERY_MS
        : false,
  })
}

/** A file's records by line, as many pages as were asked for; of one fate, or of all. */
export function recordsQuery(returnId: string, fate: string | null) {
  return infiniteQueryOptions({
    queryKey: ['returns', 'records', returnId, fate],
    queryFn: ({ pageParam, signal }) => {
      const path = apiPath`/payments/returns/${returnId}/records`
      return getJson<ReturnRecordsPage>(
        withQuery(path, { fate, after: pageParam, limit: PAGE_ROWS }),
        signal,
      )
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    select: (data) => data.pages.flatMap((page) => page.records),
  })
}

/** Send a file. `isOurs`: a person says so, whatever its header says. */
export function sendReturn(file: File, isOurs = false): Promise<ReturnFile> {
  const form = new FormData()
  form.append('file', file, file.name)
  return postBody<ReturnFile>(withQuery('/payments/returns', { link: isOurs ? 'true' : null }), form)
}

export const postReturn = (returnId: string) =>
  postTo<ReturnFile>(apiPath`/payments/returns/${returnId}/post`)
