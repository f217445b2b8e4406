import { queryOptions } from '@tanstack/react-query'

import { apiPath, getJson, postBody } from '@/lib/api-client'
import type { Ledger } from '@/lib/schemas'

/** A billing's payments, and what its bank told of it. */
export function ledgerQuery(debtId: string) {
  return queryOptions({
    queryKey: ['ledger', debtId],
    queryFn: ({ signal }) => getJson<Ledger>(apiPath`/billings/${debtId}/ledger`, signal),
  })
}

export type Settlement = { paid_cents: number | null; paid_on: string | null; reason: string }

/** Settle by hand; under the same key it is done once, however often it is sent. */
export const settleBilling = (debtId: string, settlement: Settlement, key: string) =>
  postBody<Ledger>(apiPath`/billings/${debtId}/settle`, settlement, key)

export const undoSettlement = (debtId: string, settlement: number, reason: string) =>
  postBody<Ledger>(apiPath`/billings/${debtId}/settlements/${String(settlement)}/undo`, { reason })
