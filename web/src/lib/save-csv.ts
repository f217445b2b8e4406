import { getBlob, type QueryValues, withQuery } from '@/lib/api-client'
import type { Locale } from '@/lib/format'
import { saveBlob } from '@/lib/save-blob'

/** A spreadsheet parts columns at what its language leaves free: the comma is Portuguese's decimal mark. */
const DELIMITERS: Record<Locale, string> = { 'pt-BR': ';', en: ',' }

type Csv = { path: string; values?: QueryValues; uploadName: string; about: string; locale: Locale }

/** Save a CSV about an upload under the upload's name, as the reader's spreadsheet opens it. */
export async function saveCsv({ path, values, uploadName, about, locale }: Csv): Promise<void> {
  const address = withQuery(path, { ...values, delimiter: DELIMITERS[locale] })
  saveBlob(await getBlob(address, 'text/csv'), `${uploadName.replace(/\.csv$/i, '')}-${about}.csv`)
}
