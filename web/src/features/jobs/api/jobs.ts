import { queryOptions } from '@tanstack/react-query'

import { apiPath, callApi, filteredPath, getBlob, getJson, postBody, postTo } from '@/lib/api-client'
import { download } from '@/lib/download'
import { ApiProblem, asProblem } from '@/lib/problem'
import { saveBlob } from '@/lib/save-blob'
import type { Job, JobPreview, JobsPage, NewJob } from '@/lib/schemas'

/** What is asked about first: it changes billings, or writes to payers. */
export type Act = Exclude<Job['act'], 'EXPORT' | 'PDFS'>

/** How often a job is asked for while it is under way. */
const ASKED_EVERY_MS = 1_000
const LISTED_ROWS = 5

/** Whether a filter names somebody: that is kept in no job, and stands in no address. */
export const isSearch = (filter: string) => new URLSearchParams(filter).has('search')

/** What an act would do now; counted anew each time that it is asked. */
export function previewQuery(act: Act, filter: string) {
  return queryOptions({
    queryKey: ['jobs', 'preview', act, filter],
    queryFn: ({ signal }) => getJson<JobPreview>(filteredPath('/jobs/preview', filter, { act }), signal),
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

export const startJob = (filter: string, job: NewJob) => postBody<Job>(filteredPath('/jobs', filter), job)

export const stopJob = (jobId: string) => postTo<Job>(apiPath`/jobs/${jobId}/stop`)

export const resumeJob = (jobId: string) => postTo<Job>(apiPath`/jobs/${jobId}/resume`)

export async function saveResult(jobId: string): Promise<void> {
  saveBlob(await getBlob(apiPath`/jobs/${jobId}/result.csv`, 'text/csv'), 'resultado.csv')
}

export type FileFormat = NonNullable<NewJob['format']>

type FileMade = { act: 'EXPORT' | 'PDFS'; path: string; values?: Record<string, string>; type: string; name: string }

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const FILES: Record<FileFormat, FileMade> = {
  CSV: { act: 'EXPORT', path: '/billings/export.csv', type: 'text/csv', name: 'cobrancas.csv' },
  XLSX: { act: 'EXPORT', path: '/billings/export.xlsx', type: XLSX, name: 'cobrancas.xlsx' },
  ZIP: { act: 'PDFS', path: '/billings/pdfs.zip', type: 'application/zip', name: 'boletos.zip' },
  SHEET: { act: 'PDFS', path: '/billings/pdfs.pdf', type: 'application/pdf', name: 'boletos.pdf' },
  CARNE: { act: 'PDFS', path: '/billings/pdfs.pdf', values: { layout: 'carne' }, type: 'application/pdf', name: 'carne.pdf' },
}
/** More are made into a file by a job, which a page that is left or a line that breaks does not end. */
const STREAMED_MAX = 10_000

type Taken = { name: string; leftOut: number; job: Job | null }

/** Take all that is filtered as a file: now where it is little, else by a job. */
export async function takeFile(format: FileFormat, filter: string): Promise<Taken> {
  const { act, path, values, type, name } = FILES[format]
  const seen = await previewOf(format, filter)
  const { billings, amount_cents } = seen?.done ?? { billings: STREAMED_MAX, amount_cents: 0 }
  const leftOut = (seen?.passed_over ?? []).reduce((sum, each) => sum + each.billings, 0)
  if (billings === 0) throw new ApiProblem('JOB_EMPTY', 409, '')
  if (billings > STREAMED_MAX) {
    return { name, leftOut, job: await startJob(filter, { act, format, count: billings, amount_cents }) }
  }
  const filtered = filteredPath(path, filter, values)
  // Whom a search names stands in no address, which browsers keep of what they download.
  if (isSearch(filter)) {
    const answer = await callApi(filtered, { accept: type })
    saveBlob(await answer.blob(), name)
    return { name, leftOut: Number(answer.headers.get('X-Left-Out') ?? 0), job: null }
  }
  await download(filtered, type, name)
  return { name, leftOut, job: null }
}

/** What a file would hold; null where that is not counted: whom a search names, or a table of any length. */
async function previewOf(format: FileFormat, filter: string): Promise<JobPreview | null> {
  if (isSearch(filter)) return null
  try {
    return await getJson<JobPreview>(filteredPath('/jobs/preview', filter, { act: FILES[format].act }))
  } catch (error) {
    if (format !== 'CSV' || asProblem(error).code !== 'JOB_TOO_LARGE') throw error
    return null
  }
}

/** The file that a job has made. */
export async function saveJobFile(job: Job): Promise<void> {
  if (job.format === null || job.file === null) return
  await download(apiPath`/jobs/${job.job_id}/file`, FILES[job.format].type, job.file.name)
}
