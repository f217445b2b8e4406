import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import type { BillingsPage } from '@/lib/schemas'

const BILLINGS_PAGE_ROWS = 50

type BillingsFilter = {
  uploadId: string
  status: string | null
  search: string | null
  after: string | null
}

/** One keyset page of an upload's billings. `isMoving`: ask again while statuses change. */
export function billingsQuery(filter: BillingsFilter, isMoving: boolean) {
  const path = withQuery('/billings', {
    upload_id: filter.uploadId,
    status: filter.status,
    search: filter.search,
    after: filter.after,
    limit: BILLINGS_PAGE_ROWS,
  })
  return queryOptions({
    queryKey: ['billings', 'list', filter],
    queryFn: ({ signal }) => getJson<BillingsPage>(path, signal),
    placeholderData: keepPreviousData,
    refetchInterval: isMoving ? 4_000 : false,
  })
}
