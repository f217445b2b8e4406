import { queryOptions } from '@tanstack/react-query'

import { apiPath, getBlob, getJson, withQuery } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'
import type { SecondCopy } from '@/lib/schemas'

const PDF = 'application/pdf'

/** What is to be paid for a billing on a day; today when none is chosen. */
export function secondCopyQuery(debtId: string, on: string) {
  return queryOptions({
    queryKey: ['billings', 'second-copy', debtId, on],
    queryFn: ({ signal }) =>
      getJson<SecondCopy>(withQuery(apiPath`/billings/${debtId}/second-copy`, { on: on || null }), signal),
  })
}

/** Hand the slip of that day to the browser's downloads. */
export async function saveSecondCopy({ debt_id, on }: SecondCopy): Promise<void> {
  const path = withQuery(apiPath`/billings/${debt_id}/second-copy.pdf`, { on })
  saveBlob(await getBlob(path, PDF), `segunda-via-${on}-${debt_id}.pdf`)
}
