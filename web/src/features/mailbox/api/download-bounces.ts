import { getBlob, withQuery } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'

/** Save an upload's mails that came back under its name. */
export async function downloadBounces(uploadId: string, uploadName: string): Promise<void> {
  const blob = await getBlob(withQuery('/mail/bounces.csv', { upload_id: uploadId }), 'text/csv')
  saveBlob(blob, `${uploadName.replace(/\.csv$/i, '')}-bounces.csv`)
}
