import { getJson, withQuery } from '@/lib/api-client'
import type { Upload, UploadsPage } from '@/lib/schemas'

export const UPLOADS_PAGE_ROWS = 50
/** A refresh reads again as many pages as are shown, up to this many. */
const PAGES_MAX = 20

export function getUploadsPage(after: string | null, signal?: AbortSignal): Promise<UploadsPage> {
  const path = withQuery('/billings/csv/uploads', { after, limit: UPLOADS_PAGE_ROWS })
  return getJson<UploadsPage>(path, signal)
}

/** Read the list from its top until it is as long as it was. */
export async function getUploads(recordsShown: number, signal?: AbortSignal): Promise<UploadsPage> {
  const records: Upload[] = []
  let next: string | null = null
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await getUploadsPage(next, signal)
    records.push(...page.records)
    next = page.next ?? null
    if (next === null || records.length >= recordsShown) break
  }
  return { records, next }
}
