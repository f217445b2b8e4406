import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import { ApiProblem } from '@/lib/problem'
import type { BillingsPage, MailboxPage } from '@/lib/schemas'

const MAILS_PAGE_ROWS = 50
/** New mails come in by themselves on the first page only: later pages must not move under the reader. */
const FIRST_PAGE_POLL_MS = 10_000

type MailsFilter = {
  /** The file whose mails are listed; null: the newest whose mails went to the outbox. */
  uploadId: string | null
  search: string | null
  after: string | null
}

/** A debt may be of any file: the API finds its code in all of them, and the list is then of that file. */
async function uploadOf(search: string, signal: AbortSignal): Promise<string | undefined> {
  const path = withQuery('/billings', { search, limit: 1 })
  try {
    return (await getJson<BillingsPage>(path, signal)).records[0]?.upload_id
  } catch (error) {
    // No debt is called so: without a file the API looks for nothing else.
    if (error instanceof ApiProblem && error.status === 422) return undefined
    throw error
  }
}

export function mailsQuery(filter: MailsFilter) {
  const { uploadId, search, after } = filter
  return queryOptions({
    queryKey: ['outbox', 'list', filter],
    queryFn: async ({ signal }) => {
      const isCode = search !== null && !search.includes('@')
      const found = isCode ? await uploadOf(search, signal) : undefined
      const values = { upload_id: found ?? uploadId, search, after, limit: MAILS_PAGE_ROWS }
      return getJson<MailboxPage>(withQuery('/mailbox', values), signal)
    },
    placeholderData: keepPreviousData,
    refetchInterval: after === null ? FIRST_PAGE_POLL_MS : false,
  })
}
