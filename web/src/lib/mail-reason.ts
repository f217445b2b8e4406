/** Why a mail did not arrive, by the enhanced status code (RFC 3463) in the server's answer. */
import type { Dictionary } from './i18n/pt'

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

/** What the product itself notes when it does not write to a suppressed address. */
const SUPPRESSED = /suppressed on \d{4}-\d{2}-\d{2}$/

/** The reason in the reader's words; null where the answer has no code, or one that tells nothing. */
export function mailReason(t: Dictionary, answer: string): string | null {
  if (SUPPRESSED.test(answer)) return t.mailReasons.blocked
  const code = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(answer)?.[0]
  const found = code === undefined ? undefined : REASONS.find(([pattern]) => pattern.test(code))
  return found === undefined ? null : t.mailReasons[found[1]]
}
