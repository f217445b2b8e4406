import { useQueries } from '@tanstack/react-query'

import { uploadQuery } from '@/features/uploads/api/get-upload'
import type { Billing, Upload } from '@/lib/schemas'

/** The files that some billings came in, by their ids, and whether some are not known yet. */
export function useFilesOf(billings: Billing[]): { files: Map<string, Upload>; isPending: boolean } {
  const ids = [...new Set(billings.map((billing) => billing.upload_id))]
  const files = useQueries({ queries: ids.map((id) => ({ ...uploadQuery(id), refetchInterval: false })) })
  return {
    files: new Map(files.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const]))),
    isPending: files.some((file) => file.isPending),
  }
}
