import { queryOptions } from '@tanstack/react-query'

import { apiPath, getJson } from '@/lib/api-client'
import type { MailDetail } from '@/lib/schemas'

/** A mail never changes once sent. */
export function mailQuery(debtId: string) {
  return queryOptions({
    queryKey: ['outbox', 'one', debtId],
    queryFn: ({ signal }) => getJson<MailDetail>(apiPath`/mailbox/${debtId}`, signal),
    staleTime: Infinity,
  })
}
