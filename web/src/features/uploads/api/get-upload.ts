import { queryOptions } from '@tanstack/react-query'

import { apiPath, getJson } from '@/lib/api-client'
import type { Upload } from '@/lib/schemas'
import { isUploadAtRest } from '@/lib/statuses'

const POLL_MS = 3_000

/** One upload, asked for again every few seconds while it moves. */
export function uploadQuery(uploadId: string) {
  return queryOptions({
    queryKey: ['uploads', 'one', uploadId],
    queryFn: ({ signal }) => getJson<Upload>(apiPath`/billings/csv/uploads/${uploadId}`, signal),
    refetchInterval: ({ state }) =>
      state.data !== undefined && !isUploadAtRest(state.data.status) ? POLL_MS : false,
  })
}
