import { BillingsTable } from '@/features/billings/components/billings-table'
import { paths } from '@/lib/paths'
import type { Billing } from '@/lib/schemas'

import { useFilesOf } from './use-files-of'

/** Billings of any files: each leads to its page, and names its file in place of a line. */
export function BillingsOfFiles({ billings, isStale }: { billings: Billing[]; isStale: boolean }) {
  const files = useFilesOf(billings)
  return (
    <BillingsTable
      billings={billings}
      fileOf={(billing) => files.get(billing.upload_id) ?? null}
      linkOf={(billing) => paths.billing(billing.debt_id)}
      isStale={isStale}
    />
  )
}
