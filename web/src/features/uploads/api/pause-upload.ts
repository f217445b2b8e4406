import { apiPath, postTo } from '@/lib/api-client'

export function pauseUpload(uploadId: string): Promise<void> {
  return postTo(apiPath`/billings/csv/uploads/${uploadId}/pause`)
}

export function resumeUpload(uploadId: string): Promise<void> {
  return postTo(apiPath`/billings/csv/uploads/${uploadId}/resume`)
}
