import { apiPath, postTo } from '@/lib/api-client'

/** What sets an upload still, and what sets it going again. */
export type Turn = 'pause' | 'resume' | 'retry'

export function turnUpload(uploadId: string, turn: Turn): Promise<void> {
  return postTo(`${apiPath`/billings/csv/uploads/${uploadId}`}/${turn}`)
}
