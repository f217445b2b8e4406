import { getBlob, withQuery } from '@/lib/api-client'
import type { Locale } from '@/lib/format'
import { saveBlob } from '@/lib/save-blob'

/** A spreadsheet parts columns at what its language leaves free: the comma is Portuguese's decimal mark. */
const DELIMITERS: Record<Locale, string> = { 'pt-BR': ';', en: ',' }

/** Save an upload's mails that came back under its name, as the reader's spreadsheet opens them. */
export async function downloadBounces(
  uploadId: string,
  uploadName: string,
  locale: Locale,
): Promise<void> {
  const values = { upload_id: uploadId, delimiter: DELIMITERS[locale] }
  const blob = await getBlob(withQuery('/mail/bounces.csv', values), 'text/csv')
  saveBlob(blob, `${uploadName.replace(/\.csv$/i, '')}-bounces.csv`)
}
