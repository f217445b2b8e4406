import { infiniteQueryOptions, keepPreviousData, type InfiniteData, type QueryClient } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import type { Upload, UploadsPage } from '@/lib/schemas'

import { uploadQuery } from './get-upload'

const UPLOADS_PAGE_ROWS = 50

export type UploadsData = InfiniteData<UploadsPage>

/** The pages as one list; a file is in it once, as it was last told. */
export function listed(data: UploadsData): Upload[] {
  const records = data.pages.flatMap((page) => page.records)
  return [...new Map(records.map((upload) => [upload.id, upload])).values()]
}

/** Which files of the list are meant; nothing is all of them. */
export type FileFilter = { name?: string | null; from?: string | null; to?: string | null; state?: string | null }

const pagesOf = (filter: FileFilter) => ({
  queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) => {
    const values = { ...filter, after: pageParam, limit: UPLOADS_PAGE_ROWS }
    return getJson<UploadsPage>(withQuery('/billings/csv/uploads', values), signal)
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last: UploadsPage) => last.next,
})

/** The submitted files, newest first, as many pages as were asked for. The one place that holds them. */
export const uploadsQuery = infiniteQueryOptions({
  queryKey: ['uploads', 'list'],
  ...pagesOf({}),
  select: listed,
  // A list made longer stays so, however long a person looks elsewhere.
  gcTime: Infinity,
})

const FOUND = ['uploads', 'found'] as const

/** The files of a filter, with the sums of their days. */
export const foundUploadsQuery = (filter: FileFilter) =>
  infiniteQueryOptions({
    // Without a filter it is the one list that the stream adds to.
    queryKey: Object.values(filter).every((value) => !value) ? uploadsQuery.queryKey : [...FOUND, filter],
    ...pagesOf(filter),
    select: (data) => ({
      uploads: listed(data),
      days: new Map(data.pages.flatMap((page) => page.days).map((day) => [day.day, day])),
    }),
    placeholderData: keepPreviousData,
  })

/** Put what was told in the place of what was known; files not known yet come on top of all, and of no filter. */
export function withTold(known: UploadsData, told: Upload[], isAll = true): UploadsData {
  const fresh = new Map(told.map((upload) => [upload.id, upload]))
  const pages = known.pages.map((page) => ({
    ...page,
    records: page.records.map((upload) => {
      const newer = fresh.get(upload.id)
      fresh.delete(upload.id)
      return newer ?? upload
    }),
  }))
  if (isAll && pages[0] !== undefined) pages[0].records.unshift(...fresh.values())
  return { ...known, pages }
}

/** Write what the progress stream told where the pages read it. */
export function tellUploads(client: QueryClient, told: Upload[]): void {
  client.setQueryData(uploadsQuery.queryKey, (known) => known && withTold(known, told))
  client.setQueriesData<UploadsData>({ queryKey: FOUND }, (known) => known && withTold(known, told, false))
  for (const upload of told) {
    client.setQueryData(uploadQuery(upload.id).queryKey, (known) => known && upload)
  }
}
