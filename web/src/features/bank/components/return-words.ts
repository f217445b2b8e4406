/** What a return file did, in words. */
import type { Format } from '@/lib/format'
import type { Dictionary } from '@/lib/i18n/pt'
import type { ReturnFile } from '@/lib/schemas'
import type { StatusTone } from '@/lib/statuses'

export type VerdictName = keyof Dictionary['bank']['verdicts']

const TONES: Record<VerdictName, StatusTone> = {
  reading: 'working',
  shown: 'attention',
  posted: 'done',
  refuse: 'failed',
  report: 'failed',
  repeat: 'removed',
  conflict: 'attention',
}

/** What can be said of a file as a whole. One that was believed is posted, or only shown as yet. */
export function verdictOf(file: ReturnFile): { name: VerdictName; tone: StatusTone } {
  const name = nameOf(file)
  return { name, tone: TONES[name] }
}

function nameOf({ verdict, postedat }: ReturnFile): VerdictName {
  if (verdict === null) return 'reading'
  if (postedat !== null) return 'posted'
  return verdict === 'accept' ? 'shown' : verdict
}

export type Deed = { text: string; isBad: boolean; isSuspense?: boolean }

/** What a file did, one phrase a kind, and nothing of what it did not. */
export function deedsOf(t: Dictionary, format: Format, { tally }: ReturnFile): Deed[] {
  if (tally === null) return []
  const words = t.bank.returned
  const deeds: (Deed & { count: number })[] = []
  const add = (count: number | undefined, make: (count: number, formatted: string) => string, isBad = false) =>
    deeds.push({ count: count ?? 0, text: make(count ?? 0, format.integer(count ?? 0)), isBad })
  const money =
    (make: (count: number, formatted: string, amount: string) => string, cents: number) =>
    (count: number, formatted: string) =>
      make(count, formatted, format.money(cents))
  add(tally.posted, money(words.paid, tally.posted_cents))
  add(tally.kinds.REGISTERED, words.registered)
  add(tally.kinds.REGISTRATION_REJECTED, words.rejected, true)
  add(tally.kinds.WRITTEN_OFF, words.writtenOff)
  add(tally.suspense, money(words.suspense, tally.suspense_cents), true)
  add(tally.held, money(words.held, tally.held_cents), true)
  add(tally.listed, words.listed, true)
  add(tally.unknown, words.unknown)
  return deeds.filter((deed) => deed.count > 0)
}
