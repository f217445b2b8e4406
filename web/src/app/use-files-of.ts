import { useQueries } from '@tanstack/react-query'

import { uploadQuery } from '@/features/uploads/api/get-upload'
import type { Billing, Upload } from '@/lib/schemas'

/** The files that some billings came in, by their ids; one that is not known yet is missing. */
export function useFilesOf(billings: Billing[]): Map<string, Upload> {
  const ids = [...new Set(billings.map((billing) => billing.upload_id))]
  const files = useQueries({ queries: ids.map((id) => ({ ...uploadQuery(id), refetchInterval: false })) })
  return new Map(files.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])))
}
