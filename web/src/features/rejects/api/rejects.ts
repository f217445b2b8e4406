import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { apiPath, getBlob, getJson, postBody, withQuery } from '@/lib/api-client'
import type { Locale } from '@/lib/format'
import { saveBlob } from '@/lib/save-blob'
import type { Correction, RejectRecord, RejectsPage, RejectsSummary, Verdicts } from '@/lib/schemas'

const PAGE_ROWS = 50
/** Of a call that takes records, and of a kind whose proposals are all used. */
export const ROWS_MAX = 1_000
const KIND_PAGE_ROWS = 200
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export type SentRow = { line: number; cells: Record<string, string> }

const pathOf = (uploadId: string) => apiPath`/billings/csv/uploads/${uploadId}/rejects`

/** What of a file's rejects is in the open, by reason. */
export function reasonsQuery(uploadId: string) {
  return queryOptions({
    queryKey: ['rejects', uploadId, 'reasons'],
    queryFn: ({ signal }) => getJson<RejectsSummary>(`${pathOf(uploadId)}/reasons`, signal),
  })
}

/** Rejects in the open by line, as many pages as were asked for; of one reason, or of all. */
export function rejectsQuery(uploadId: string, code: string | null) {
  return infiniteQueryOptions({
    queryKey: ['rejects', uploadId, 'records', code],
    queryFn: ({ pageParam, signal }) => {
      const values = { code, after: pageParam, limit: PAGE_ROWS }
      return getJson<RejectsPage>(withQuery(`${pathOf(uploadId)}/records`, values), signal)
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    select: (data) => data.pages.flatMap((page) => page.records),
    // A row must not change under the hands of who mends it.
    refetchOnWindowFocus: false,
  })
}

/** The rejects of a kind, up to what one call takes. */
export async function readKind(uploadId: string, code: string): Promise<RejectRecord[]> {
  const records: RejectRecord[] = []
  let after: string | null = null
  do {
    const values = { code, after, limit: KIND_PAGE_ROWS }
    const page: RejectsPage = await getJson(withQuery(`${pathOf(uploadId)}/records`, values))
    records.push(...page.records)
    after = page.next
  } while (after !== null && records.length < ROWS_MAX)
  return records
}

export function checkRows(uploadId: string, rows: SentRow[]): Promise<Verdicts> {
  return postBody<Verdicts>(`${pathOf(uploadId)}/check`, { rows })
}

export function sendRows(uploadId: string, rows: SentRow[]): Promise<Correction> {
  return postBody<Correction>(`${pathOf(uploadId)}/corrections`, { rows })
}

export function sendRejectsFile(uploadId: string, file: File): Promise<Correction> {
  const form = new FormData()
  form.append('file', file, file.name)
  return postBody<Correction>(`${pathOf(uploadId)}/file`, form)
}

/** Save the rejects in the file's own columns; under this name the product knows them again. */
export async function saveRejects(uploadId: string, form: 'xlsx' | 'csv', locale: Locale): Promise<void> {
  const delimiter = form === 'csv' && locale === 'pt-BR' ? ';' : null
  const path = withQuery(pathOf(uploadId), { columns: 'file', form, delimiter })
  const blob = await getBlob(path, form === 'csv' ? 'text/csv' : XLSX, { language: locale })
  saveBlob(blob, `${locale === 'en' ? 'rejects' : 'rejeitadas'}-${uploadId}.${form}`)
}
