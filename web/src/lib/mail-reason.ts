/** Why a mail did not arrive, by the enhanced status code (RFC 3463) in the server's answer. */
import type { Dictionary } from './i18n/pt'
import type { MailHold } from './schemas'

/** The most exact first: subject and detail, then subject alone. */
const REASONS: [RegExp, keyof Dictionary['mailReasons']][] = [
  [/^5\.1\.([12369]|10)$|^5\.4\.4$/, 'noAddress'],
  [/^5\.2\.1$/, 'mailboxOff'],
  [/^[45]\.2\.2$/, 'mailboxFull'],
  [/^[45]\.(2\.3|3\.4)$/, 'tooLarge'],
  [/^[45]\.7\.\d+$/, 'refused'],
  [/^4\.4\.7$/, 'givenUp'],
  [/^[45]\.4\.\d+$/, 'noAnswer'],
  [/^4\.\d+\.\d+$/, 'later'],
]

type HoldKind = keyof Dictionary['holds']['kinds']

/** How the API says, in English, why mails wait for our account. */
const HOLDS: [string, HoldKind][] = [
  ['The quota of our account', 'quota'],
  ['The mail server refuses our account', 'account'],
  ['The mail server refuses what we send', 'policy'],
  ['The mail server cannot take our message', 'message'],
  ['The brake has stopped', 'brake'],
]

const HOLD_BY_CAUSE = { QUOTA: 'quota', ACCOUNT: 'account', BRAKE: 'brake' } as const

/** What kind of hold a reason tells of; by its cause alone where the words are not known. */
export function holdOf(reason: string, cause: MailHold['cause']): HoldKind {
  return knownHold(reason) ?? HOLD_BY_CAUSE[cause]
}

/** What kind of hold a file's last error tells of; null where it is about something else. */
export function knownHold(reason: string): HoldKind | null {
  return HOLDS.find(([beginning]) => reason.startsWith(beginning))?.[1] ?? null
}

/** What the product itself notes when it does not write to a suppressed address. */
const SUPPRESSED = /suppressed on \d{4}-\d{2}-\d{2}$/

type MailReason = keyof Dictionary['mailReasons']

/** What kind of reason it is; null where the answer has no code, or one that tells nothing. */
export function mailReasonKind(answer: string): MailReason | null {
  if (SUPPRESSED.test(answer)) return 'blocked'
  const code = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(answer)?.[0]
  return (code === undefined ? undefined : REASONS.find(([pattern]) => pattern.test(code)))?.[1] ?? null
}

/** The reason in the reader's words; null where the kind is not known. */
export function mailReason(t: Dictionary, answer: string): string | null {
  const kind = mailReasonKind(answer)
  return kind === null ? null : t.mailReasons[kind]
}
