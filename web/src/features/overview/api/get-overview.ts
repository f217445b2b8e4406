import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { getJson, withQuery } from '@/lib/api-client'
import { dayOf, dayPlus } from '@/lib/days'
import type { Overview, OverviewDay, Received } from '@/lib/schemas'

const ASKED_EVERY_MS = 30_000
/** Working days of the chart; and days back in which there are so many, whatever the holidays. */
const CHART_DAYS = 24
const CHART_DAYS_BACK = 44

export type Days = { from: string; to: string }

/** The sums of a period, and what waits. */
export function overviewQuery({ from, to }: Days) {
  return queryOptions({
    queryKey: ['overview', 'period', from, to],
    queryFn: ({ signal }) => getJson<Overview>(withQuery('/overview', { from, to }), signal),
    placeholderData: keepPreviousData,
    refetchInterval: ASKED_EVERY_MS,
  })
}

/** The days that the chart shows, whatever the period. */
export function chartQuery(today = dayOf(Date.now())) {
  return queryOptions({
    ...overviewQuery({ from: dayPlus(today, -CHART_DAYS_BACK), to: today }),
    select: (overview: Overview) => chartDays(overview.days),
  })
}

/** The last working days, and days on which somebody worked all the same. */
export function chartDays(days: OverviewDay[]): OverviewDay[] {
  return days.filter((day) => day.is_business_day || day.billings > 0).slice(-CHART_DAYS)
}

/** What was paid in a period. */
export function paidQuery({ from, to }: Days) {
  return queryOptions({
    queryKey: ['overview', 'paid', from, to],
    queryFn: ({ signal }) => getJson<Received>(withQuery('/payments/received', { from, to }), signal),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })
}
