import { LoadingRows } from '@/components/loading-rows'
import { BillingsTable } from '@/features/billings/components/billings-table'
import { paths } from '@/lib/paths'
import type { Billing } from '@/lib/schemas'

import { useFilesOf } from './use-files-of'

const [ROW_PX, LOADING_ROW_PX] = [61, 44]

/** Billings of any files: each leads to its page, and names its file in place of a line. */
export function BillingsOfFiles({ billings, isStale }: { billings: Billing[]; isStale: boolean }) {
  const { files, isPending } = useFilesOf(billings)
  // Names of files and what SENT means there make the columns as wide as they are.
  if (isPending) return <LoadingRows rows={Math.max(Math.round((billings.length * ROW_PX) / LOADING_ROW_PX), 1)} />
  return (
    <BillingsTable
      billings={billings}
      fileOf={(billing) => files.get(billing.upload_id) ?? null}
      linkOf={(billing) => paths.billing(billing.debt_id)}
      isStale={isStale}
    />
  )
}
