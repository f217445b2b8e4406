import { queryOptions } from '@tanstack/react-query'

import { apiPath, getBlob, getJson, postBody, withQuery } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'
import type { Resent, SecondCopy } from '@/lib/schemas'

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

type SecondCopyMail = {
  on: string
  /** Null: to the address as before. */
  email: string | null
  /** When its mail had its outcome: of one that was sent again meanwhile nothing is sent once more. */
  until: string
  isFreed: boolean
}

/** Let the payer have the second copy of a day by mail. */
export async function mailSecondCopy(debtId: string, { on, email, until, isFreed }: SecondCopyMail): Promise<Resent> {
  const path = withQuery(apiPath`/billings/${debtId}/second-copy/mail`, { until, suppressed: isFreed ? 'true' : null })
  return postBody<Resent>(path, email === null ? { on } : { on, email })
}
