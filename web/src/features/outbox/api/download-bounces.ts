import type { Locale } from '@/lib/format'
import { saveCsv } from '@/lib/save-csv'

/** Save an upload's mails that came back. */
export function downloadBounces(uploadId: string, uploadName: string, locale: Locale): Promise<void> {
  const values = { upload_id: uploadId }
  return saveCsv({ path: '/mail/bounces.csv', values, uploadName, about: 'bounces', locale })
}
