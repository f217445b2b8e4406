import { queryOptions } from '@tanstack/react-query'

import { apiPath, getJson, withQuery } from '@/lib/api-client'
import type { ChecksPage, UploadCheck } from '@/lib/schemas'

/** A check lives a day: there are never many that wait. */
const WAITING_MAX = 20

export function checkQuery(checkId: string) {
  return queryOptions({
    queryKey: ['checks', 'one', checkId],
    queryFn: ({ signal }) => getJson<UploadCheck>(apiPath`/uploads/checks/${checkId}`, signal),
  })
}

/** The files that were checked and wait to be billed, newest first. */
export const checksQuery = queryOptions({
  queryKey: ['checks', 'list'],
  queryFn: ({ signal }) =>
    getJson<ChecksPage>(withQuery('/uploads/checks', { limit: WAITING_MAX }), signal),
})
