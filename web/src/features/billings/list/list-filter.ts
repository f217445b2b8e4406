/** The filter of the list of billings, as the address has it: the API's parameters, by the API's names. */

const NAMES = [
  'quick',
  'status',
  'reason',
  'due_from',
  'due_to',
  'received_from',
  'received_to',
  'sent_from',
  'sent_to',
  'amount_from',
  'amount_to',
  'upload_id',
  'payer_id',
] as const

/** What takes every filter away. */
export const NO_FILTER = Object.fromEntries([...NAMES, 'search'].map((name) => [name, null]))

/** Quick filters that say what is due: with a period of one's own they say nothing. */
const OF_DUE_DATES = ['due_soon', 'overdue']
/** Quick filters that say on which day the file came. */
const OF_DAYS = ['not_delivered_today']
/** Quick filters that say no status. */
const WITHOUT_STATUS = ['all', 'returned']

/** The filter as parameters of `GET /billings`, of its counts and of its exports; within a file when one is named. */
export function queryOf(params: URLSearchParams, uploadId?: string): string {
  const query = new URLSearchParams()
  for (const name of [...NAMES, 'search']) {
    if (uploadId !== undefined && name === 'upload_id') query.append(name, uploadId)
    else params.getAll(name).forEach((value) => query.append(name, value))
  }
  return query.toString()
}

/** Whether there is a filter beside the quick one, which shows itself. */
export function isNarrowed(params: URLSearchParams): boolean {
  return [...NAMES, 'search'].some((name) => name !== 'quick' && params.has(name))
}

export function isFiltered(params: URLSearchParams): boolean {
  return [...NAMES, 'search'].some((name) => params.has(name))
}

type Changes = Record<string, string | null>

/** Press a quick filter: what it says itself is said no longer beside it. */
export function quickChanges(quick: string): Changes {
  return {
    quick: quick === 'all' ? null : quick,
    ...(WITHOUT_STATUS.includes(quick) && quick !== 'all' ? {} : { status: null }),
    ...(OF_DUE_DATES.includes(quick) && { due_from: null, due_to: null }),
    ...(OF_DAYS.includes(quick) && { received_from: null, received_to: null }),
  }
}

/** Change other filters: a quick one that says the same is let go. */
export function filterChanges(params: URLSearchParams, changes: Changes): Changes {
  const quick = params.get('quick') ?? 'all'
  const saysStatus = Boolean(changes.status) && !WITHOUT_STATUS.includes(quick)
  const saysDue = Boolean(changes.due_from ?? changes.due_to) && OF_DUE_DATES.includes(quick)
  const saysDay = Boolean(changes.received_from ?? changes.received_to) && OF_DAYS.includes(quick)
  return saysStatus || saysDue || saysDay ? { ...changes, quick: null } : changes
}
