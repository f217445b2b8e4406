import { apiPath, getBlob } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'

/** Save the message exactly as it was (or would have been) handed to SMTP. */
export async function downloadEml(debtId: string): Promise<void> {
  saveBlob(await getBlob(apiPath`/mailbox/${debtId}/eml`, 'message/rfc822'), `${debtId}.eml`)
}
