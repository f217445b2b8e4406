import { apiPath, getBlob } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'

/** Save the rejects of an upload under its name. Through a blob, so that the API key goes along. */
export async function downloadRejects(uploadId: string, uploadName: string): Promise<void> {
  const blob = await getBlob(apiPath`/billings/csv/uploads/${uploadId}/rejects`, 'text/csv')
  saveBlob(blob, `${uploadName.replace(/\.csv$/i, '')}-rejects.csv`)
}
