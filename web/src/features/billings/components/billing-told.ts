import type { Dictionary } from '@/lib/i18n/pt'
import { mailReasonKind } from '@/lib/mail-reason'
import type { BillingDetail } from '@/lib/schemas'

type Told = { kind: 'FAILED' | 'UNCERTAIN' | 'BOUNCED' | 'DEFERRED'; title: string; body: string }

const ATTEMPTS: readonly string[] = ['SENT', 'DEFERRED', 'FAILED', 'UNCERTAIN', 'BOUNCED', 'RESENT', 'SECOND_COPY_MAILED']

/** What went wrong with the mail of a billing, and what to do; null while there is nothing to say. */
export function billingTold(t: Dictionary, { status, history }: BillingDetail): Told | null {
  const words = t.find.told
  const last = history.findLast((change) => ATTEMPTS.includes(change.status))
  const reason = mailReasonKind(last?.detail ?? '')
  const why = reason === null ? '' : t.mailReasons[reason]
  const told = (kind: Told['kind'], ...body: string[]): Told => ({
    kind,
    title: `${words[kind]} ${why}`.trim(),
    body: body.join(' '),
  })
  const advice = reason === null ? words.adviceUnknown : words.advice[reason]
  if (status === 'UNCERTAIN') return told('UNCERTAIN', words.adviceUncertain, words.boletoHolds)
  if (status === 'FAILED') return told('FAILED', advice, words.boletoHolds)
  if (status === 'SENT' && last?.status === 'BOUNCED') return told('BOUNCED', advice, words.boletoHolds)
  if (status === 'ISSUED' && last?.status === 'DEFERRED') return told('DEFERRED', words.adviceDeferred)
  return null
}
