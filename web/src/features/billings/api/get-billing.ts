import { queryOptions } from '@tanstack/react-query'

import { apiPath, getJson } from '@/lib/api-client'
import type { BillingDetail } from '@/lib/schemas'

export function billingQuery(debtId: string) {
  return queryOptions({
    queryKey: ['billings', 'one', debtId],
    queryFn: ({ signal }) => getJson<BillingDetail>(apiPath`/billings/${debtId}`, signal),
  })
}
