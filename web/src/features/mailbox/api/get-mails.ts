import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import type { MailboxPage } from '@/lib/schemas'

const MAILS_PAGE_ROWS = 50
/** New mails come in by themselves on the first page only: later pages must not move under the reader. */
const FIRST_PAGE_POLL_MS = 10_000

export type MailsFilter = { uploadId: string | null; search: string | null; after: string | null }

export function mailsQuery(filter: MailsFilter) {
  const path = withQuery('/mailbox', {
    upload_id: filter.uploadId,
    search: filter.search,
    after: filter.after,
    limit: MAILS_PAGE_ROWS,
  })
  return queryOptions({
    queryKey: ['mailbox', 'list', filter],
    queryFn: ({ signal }) => getJson<MailboxPage>(path, signal),
    placeholderData: keepPreviousData,
    refetchInterval: filter.after === null ? FIRST_PAGE_POLL_MS : false,
  })
}
