import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'

import { apiPath, getBlob, getJson, postBody, withQuery } from '@/lib/api-client'
import type { Locale } from '@/lib/format'
import { saveBlob } from '@/lib/save-blob'
import type { Received, Suspense, SuspensePage } from '@/lib/schemas'

const PAGE_ROWS = 50
const DAY_MS = 86_400_000

/** So many days that end today, as days are counted in São Paulo. */
export function periodOf(days: number, now = Date.now()): { from: string; to: string } {
  const day = (at: number) => new Date(at).toLocaleDateString('sv-SE', { timeZone: 'America/Sao_Paulo' })
  return { from: day(now - (days - 1) * DAY_MS), to: day(now) }
}

/** Payments of the last days by day, and what is owed and waits now. */
export function receivedQuery(days: number) {
  return queryOptions({
    queryKey: ['receipts', 'sums', days],
    queryFn: ({ signal }) =>
      getJson<Received>(withQuery('/payments/received', periodOf(days)), signal),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })
}

/** Save the payments of the last days as a spreadsheet reads them. */
export async function savePayments(days: number, locale: Locale): Promise<void> {
  const { from, to } = periodOf(days)
  const path = withQuery('/payments/export.csv', { from, to, delimiter: locale === 'en' ? ',' : ';' })
  const name = locale === 'en' ? 'receipts' : 'recebimentos'
  saveBlob(await getBlob(path, 'text/csv'), `${name}-${from}-${to}.csv`)
}

/** Money that waits for a person, oldest first. */
export const suspenseQuery = infiniteQueryOptions({
  queryKey: ['receipts', 'suspense'],
  queryFn: ({ pageParam, signal }) => {
    const path = withQuery('/payments/suspense', { after: pageParam, limit: PAGE_ROWS })
    return getJson<SuspensePage>(path, signal)
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
  select: (data) => data.pages.flatMap((page) => page.records),
})

export const matchSuspense = (id: string, debt: string, reason: string) =>
  postBody<Suspense>(apiPath`/payments/suspense/${id}/match`, { debt, reason })

export const dropSuspense = (id: string, reason: string) =>
  postBody<Suspense>(apiPath`/payments/suspense/${id}/drop`, { reason })
