import { queryOptions } from '@tanstack/react-query'

import { apiPath, getJson } from '@/lib/api-client'
import type { Payer } from '@/lib/schemas'

/** One person over all files. */
export function payerQuery(payerId: string) {
  return queryOptions({
    queryKey: ['billings', 'payer', payerId],
    queryFn: ({ signal }) => getJson<Payer>(apiPath`/payers/${payerId}`, signal),
  })
}
