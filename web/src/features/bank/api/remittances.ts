import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { apiPath, getBlob, getJson, postBody, postTo, withQuery } from '@/lib/api-client'
import { saveBlob } from '@/lib/save-blob'
import type { Remittance, RemittanceOrder, RemittancePreview, RemittancesPage } from '@/lib/schemas'

const PAGE_ROWS = 50
/** How often an order is asked for while it is worked off. */
const ASKED_EVERY_MS = 700
const DELIVERY_ASKED_EVERY_MS = 4_000

/** What would be registered now, and what is held back. */
export const previewQuery = queryOptions({
  queryKey: ['remittances', 'preview'],
  queryFn: ({ signal }) => getJson<RemittancePreview>('/remittances/preview', signal),
  // All that is ready is read for it.
  refetchOnWindowFocus: false,
})

export const remittancesQuery = infiniteQueryOptions({
  queryKey: ['remittances', 'files'],
  queryFn: ({ pageParam, signal }) => {
    const path = withQuery('/remittances', { after: pageParam, limit: PAGE_ROWS })
    return getJson<RemittancesPage>(path, signal)
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
  select: (data) => data.pages.flatMap((page) => page.records),
  refetchInterval: ({ state }) =>
    (state.data?.pages ?? []).some(({ records }) => records.some((one) => one.delivery === 'WAITING'))
      ? DELIVERY_ASKED_EVERY_MS
      : false,
})

/** An order, asked for until it has come to rest. */
export function orderQuery(orderId: string) {
  return queryOptions({
    queryKey: ['remittances', 'orders', orderId],
    queryFn: ({ signal }) => getJson<RemittanceOrder>(apiPath`/remittances/orders/${orderId}`, signal),
    refetchInterval: ({ state }) => (isOrderMoving(state.data) ? ASKED_EVERY_MS : false),
  })
}

export function isOrderMoving(order: RemittanceOrder | undefined): boolean {
  return order === undefined || order.state === 'WAITING' || order.state === 'MAKING'
}

export const registerAll = () => postBody<RemittanceOrder>('/remittances', { all: true })

export const retryOrder = (orderId: string) => postTo(apiPath`/remittances/orders/${orderId}/retry`)

/** Save a file as it was frozen; the bank is particular about its name. */
export async function saveRemittance({ id, name }: Remittance): Promise<void> {
  saveBlob(await getBlob(apiPath`/remittances/${id}/file`, 'application/octet-stream'), name)
}
