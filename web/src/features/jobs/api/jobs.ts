import { queryOptions } from '@tanstack/react-query'

import { apiPath, getBlob, getJson, postBody, postTo } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'
import type { Job, JobPreview, JobsPage, NewJob } from '@/lib/schemas'

export type Act = Job['act']

/** How often a job is asked for while it is under way. */
const ASKED_EVERY_MS = 1_000
const LISTED_ROWS = 5
/** What of an address is a filter of billings; the rest is what page it is, and what is open beside it. */
const FILTER_NAMES = [
  'upload_id', 'status', 'due_from', 'due_to', 'sent_from', 'sent_to', 'amount_from', 'amount_to', 'reason', 'bounced',
  'payer_id', 'quick', 'received_from', 'received_to',
]

/** The filter of billings in an address, without what else is in it. */
export function filterOf(address: URLSearchParams): string {
  const filter = new URLSearchParams()
  for (const [name, value] of address) {
    if (FILTER_NAMES.includes(name) && value !== '') filter.append(name, value)
  }
  return filter.toString()
}

const withFilter = (path: string, filter: string) => (filter === '' ? path : `${path}?${filter}`)

/** What an act would do now; counted anew each time that it is asked. */
export function previewQuery(act: Act, filter: string) {
  const asked = new URLSearchParams(filter)
  asked.set('act', act)
  return queryOptions({
    queryKey: ['jobs', 'preview', act, filter],
    queryFn: ({ signal }) => getJson<JobPreview>(`/jobs/preview?${asked.toString()}`, signal),
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
}

export const isUnderWay = (job: Job) => job.state === 'RUNNING'

/** The newest jobs, asked for again while one is under way. */
export const jobsQuery = queryOptions({
  queryKey: ['jobs', 'list'],
  queryFn: ({ signal }) => getJson<JobsPage>(`/jobs?limit=${LISTED_ROWS}`, signal),
  refetchInterval: ({ state }) => ((state.data?.records ?? []).some(isUnderWay) ? ASKED_EVERY_MS : false),
})

export const startJob = (filter: string, job: NewJob) => postBody<Job>(withFilter('/jobs', filter), job)

export const stopJob = (jobId: string) => postTo<Job>(apiPath`/jobs/${jobId}/stop`)

export const resumeJob = (jobId: string) => postTo<Job>(apiPath`/jobs/${jobId}/resume`)

export async function saveResult(jobId: string): Promise<void> {
  saveBlob(await getBlob(apiPath`/jobs/${jobId}/result.csv`, 'text/csv'), 'resultado.csv')
}

const FILES = {
  csv: { path: '/billings/export.csv', type: 'text/csv', name: 'cobrancas.csv' },
  zip: { path: '/billings/pdfs.zip', type: 'application/zip', name: 'boletos.zip' },
}

/** Save all that is filtered: a table, or the PDFs. */
export async function saveFiltered(kind: keyof typeof FILES, filter: string): Promise<void> {
  const { path, type, name } = FILES[kind]
  saveBlob(await getBlob(withFilter(path, filter), type), name)
}
