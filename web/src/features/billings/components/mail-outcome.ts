import type { BillingDetail } from '@/lib/schemas'

const OUTCOMES: readonly string[] = ['SENT', 'FAILED', 'UNCERTAIN']
const ORDERS: readonly string[] = ['RESENT', 'SECOND_COPY_MAILED']

/** When a billing's newest mail had its outcome; null before the first, and while another is on its way. */
export function mailOutcomeAt({ history }: BillingDetail): string | null {
  const last = history.findLast(({ status }) => OUTCOMES.includes(status) || ORDERS.includes(status))
  return last !== undefined && OUTCOMES.includes(last.status) ? last.at : null
}
