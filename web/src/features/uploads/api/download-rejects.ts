import { apiPath } from '@/lib/api-client'
import type { Locale } from '@/lib/format'
import { saveCsv } from '@/lib/save-csv'

/** Save the rejects of an upload; mended, they can be sent as they are. */
export function downloadRejects(uploadId: string, uploadName: string, locale: Locale): Promise<void> {
  const path = apiPath`/billings/csv/uploads/${uploadId}/rejects`
  return saveCsv({ path, uploadName, about: 'rejects', locale })
}
