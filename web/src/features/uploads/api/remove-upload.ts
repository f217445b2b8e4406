import { apiPath, deleteResource } from '@/lib/api-client'

export function removeUpload(uploadId: string): Promise<void> {
  return deleteResource(apiPath`/billings/csv/uploads/${uploadId}`)
}
