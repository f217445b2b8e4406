/** What the faked API says of a period, and what was paid in it. */
import { dayPlus } from '@/lib/days'
import type { Overview, OverviewDay, Received, WaitingFile } from '@/lib/schemas'

const NOTHING = { count: 0, amount_cents: 0, more: false }
const NO_FILE = { count: 0, more: false }
export const NO_FILES = { stopped: NO_FILE, rejects: NO_FILE, not_delivered: NO_FILE, uncertain: NO_FILE }

export function makeDay(day: string, fields: Partial<OverviewDay> = {}): OverviewDay {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
  return {
    day,
    is_business_day: weekday > 0 && weekday < 6,
    files: 0,
    billings: 0,
    amount_cents: 0,
    delivered: 0,
    not_delivered: 0,
    uncertain: 0,
    under_way: 0,
    ...fields,
  }
}

export function makeWaitingFile(fields: Partial<WaitingFile> = {}): WaitingFile {
  const none = { rejects: 0, not_delivered: 0, uncertain: 0 }
  const noMoney = { rejects_cents: 0, not_delivered_cents: 0, uncertain_cents: 0 }
  return { upload_id: 'upload-1', name: 'a.csv', stopped: false, ...none, ...noMoney, ...fields }
}

/** A period of the days that were told; every other one has nothing. */
export function makeOverview(first: string, last: string, told: OverviewDay[], fields: Partial<Overview>): Overview {
  const days: OverviewDay[] = []
  for (let day = first; day <= last; day = dayPlus(day, 1)) {
    days.push(told.find((one) => one.day === day) ?? makeDay(day))
  }
  const sum = (of: (day: OverviewDay) => number) => days.reduce((all, day) => all + of(day), 0)
  return {
    first,
    last,
    files: sum((day) => day.files),
    billed: { count: sum((day) => day.billings), amount_cents: sum((day) => day.amount_cents) },
    issued: sum((day) => day.billings),
    delivered: sum((day) => day.delivered),
    not_delivered: sum((day) => day.not_delivered),
    uncertain: sum((day) => day.uncertain),
    under_way: sum((day) => day.under_way),
    delivered_of_removed: 0,
    rejects: { files: 0, count: 0, amount_cents: 0 },
    due_soon: { first, last, count: 0, amount_cents: 0 },
    waiting: { returned: NOTHING, refused: NOTHING, held_back: NOTHING, suspense: NOTHING, files: [], file_counts: NO_FILES },
    days,
    ...fields,
  }
}

export function makeReceived(first: string, last: string, fields: Partial<Received> = {}): Received {
  const none = { count: 0, amount_cents: 0 }
  return { first, last, payments: 0, paid_cents: 0, days: [], open: none, overdue: none, suspense: none, ...fields }
}
