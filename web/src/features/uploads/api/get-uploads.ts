import { infiniteQueryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query'

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

/** The submitted files, newest first, as many pages as were asked for. The one place that holds them. */
export const uploadsQuery = infiniteQueryOptions({
  queryKey: ['uploads', 'list'],
  queryFn: ({ pageParam, signal }) => {
    const path = withQuery('/billings/csv/uploads', { after: pageParam, limit: UPLOADS_PAGE_ROWS })
    return getJson<UploadsPage>(path, signal)
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
  select: listed,
  // A list made longer stays so, however long a person looks elsewhere.
  gcTime: Infinity,
})

/** Put what was told in the place of what was known; files not known yet come on top. */
export function withTold(known: UploadsData, told: Upload[]): UploadsData {
  const fresh = new Map(told.map((upload) => [upload.id, upload]))
  const pages = known.pages.map((page) => ({
    ...page,
    records: page.records.map((upload) => {
      const newer = fresh.get(upload.id)
      fresh.delete(upload.id)
      return newer ?? upload
    }),
  }))
  if (pages[0] !== undefined) pages[0].records.unshift(...fresh.values())
  return { ...known, pages }
}

/** Write what the progress stream told where the pages read it. */
export function tellUploads(client: QueryClient, told: Upload[]): void {
  client.setQueryData(uploadsQuery.queryKey, (known) => known && withTold(known, told))
  for (const upload of told) {
    client.setQueryData(uploadQuery(upload.id).queryKey, (known) => known && upload)
  }
}
