import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import type { BillingsPage, MailboxPage } from '@/lib/schemas'

const MAILS_PAGE_ROWS = 50
/** New mails come in by themselves on the first page only: later pages must not move under the reader. */
const FIRST_PAGE_POLL_MS = 10_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type MailsFilter = {
  /** The file whose mails are listed; null: the newest whose mails went to the outbox. */
  uploadId: string | null
  search: string | null
  after: string | null
}

/** A debtId may be of any file: the API finds it in all of them, and the list is then of that file. */
async function uploadOf(search: string, signal: AbortSignal): Promise<string | undefined> {
  const path = withQuery('/billings', { search, limit: 1 })
  return (await getJson<BillingsPage>(path, signal)).records[0]?.upload_id
}

export function mailsQuery(filter: MailsFilter) {
  const { uploadId, search, after } = filter
  return queryOptions({
    queryKey: ['outbox', 'list', filter],
    queryFn: async ({ signal }) => {
      const found = search !== null && UUID.test(search) ? await uploadOf(search, signal) : undefined
      const values = { upload_id: found ?? uploadId, search, after, limit: MAILS_PAGE_ROWS }
      return getJson<MailboxPage>(withQuery('/mailbox', values), signal)
    },
    placeholderData: keepPreviousData,
    refetchInterval: after === null ? FIRST_PAGE_POLL_MS : false,
  })
}
