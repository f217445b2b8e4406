import { apiPath, deleteResource } from '@/lib/api-client'

export function removeBilling(debtId: string): Promise<void> {
  return deleteResource(apiPath`/billings/${debtId}`)
}
