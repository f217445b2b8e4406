/** Why billings are cancelled: words to choose from. */
import type { NewJob } from '@/lib/schemas'

export type CancelReason = NonNullable<NewJob['reason']>

export const CANCEL_REASONS: CancelReason[] = ['WRONG_VALUES', 'PAID_OTHERWISE', 'DUPLICATE', 'RENEGOTIATED', 'REQUESTED', 'OTHER']
