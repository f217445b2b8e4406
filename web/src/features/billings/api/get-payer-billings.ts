import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { apiPath, getJson, withQuery } from '@/lib/api-client'
import type { PayerBillings } from '@/lib/schemas'

const PAGE_ROWS = 50

/** One page of a person's billings over all files, newest first; `before` is what a page ends at. */
export function payerBillingsQuery(payerId: string, before: string | null) {
  const path = withQuery(apiPath`/payers/${payerId}/billings`, { before, limit: PAGE_ROWS })
  return queryOptions({
    queryKey: ['billings', 'of-payer', payerId, before],
    queryFn: ({ signal }) => getJson<PayerBillings>(path, signal),
    placeholderData: keepPreviousData,
  })
}
