/** Days as they are counted in São Paulo, `2026-11-24`. */
const DAY_MS = 86_400_000
const ZONE = { timeZone: 'America/Sao_Paulo' }

/** The day of an instant. */
export function dayOf(instant: string | number): string {
  return new Date(instant).toLocaleDateString('sv-SE', ZONE)
}

/** So many days before, or after, a day. */
export function dayPlus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

export const PERIODS = ['today', 'yesterday', 'week', 'month'] as const
export type Period = (typeof PERIODS)[number]

/** The days of a period that has a name, as they are today. */
export function daysOfPeriod(period: Period, now = Date.now()): { from: string; to: string } {
  const to = dayOf(now)
  if (period === 'yesterday') return { from: dayPlus(to, -1), to: dayPlus(to, -1) }
  if (period === 'week') return { from: dayPlus(to, -6), to }
  return { from: period === 'month' ? `${to.slice(0, 8)}01` : to, to }
}

/** The period that an address names or tells day by day; null where it tells none. */
export function periodOfAddress(params: URLSearchParams): { from: string | null; to: string | null } {
  const named = PERIODS.find((period) => period === params.get('period'))
  return named === undefined ? { from: params.get('from'), to: params.get('to') } : daysOfPeriod(named)
}
