/** The statuses of the API, and how they are told. */
import type { Dictionary } from './i18n/pt'
import type { Billing, Upload } from './schemas'

/** In the order a billing passes through them. */
export const BILLING_STATUSES = [
  'ACKNOWLEDGED',
  'ISSUED',
  'SENT',
  'FAILED',
  'UNCERTAIN',
  'REGISTERED',
  'WRITTEN_OFF',
  'PROTESTED',
  'REGISTRATION_REJECTED',
  'PARTIALLY_PAID',
  'PAID',
  'OVERPAID',
  'REMOVED',
  'PAID_AFTER_CANCEL',
] as const

/** An upload in one of these has come to rest; others move by themselves. */
const UPLOAD_STATUSES_AT_REST: readonly string[] = ['SENT', 'ATTENTION', 'REMOVED']

export function isUploadAtRest(status: string): boolean {
  return UPLOAD_STATUSES_AT_REST.includes(status)
}

/** At rest with billings that still wait: a batch has given up, and goes on only when a person says so. */
export function isUploadStopped({ status, statuses }: Upload): boolean {
  return status === 'ATTENTION' && (statuses.ACKNOWLEDGED ?? 0) + (statuses.ISSUED ?? 0) > 0
}

export type StatusTone = 'waiting' | 'working' | 'done' | 'attention' | 'failed' | 'removed'

const TONES: Partial<Record<string, StatusTone>> = {
  ACKNOWLEDGED: 'waiting',
  PROCESSING: 'working',
  PAUSED: 'waiting',
  ISSUED: 'working',
  SENT: 'done',
  ATTENTION: 'attention',
  UNCERTAIN: 'attention',
  FAILED: 'failed',
  REGISTERED: 'done',
  WRITTEN_OFF: 'attention',
  PROTESTED: 'attention',
  REGISTRATION_REJECTED: 'failed',
  PARTIALLY_PAID: 'working',
  PAID: 'done',
  OVERPAID: 'attention',
  REMOVED: 'removed',
  PAID_AFTER_CANCEL: 'attention',
}

export function statusTone(status: string): StatusTone {
  return TONES[status] ?? 'waiting'
}

/** A billing's status in words. What SENT means depends on how the mails of its file leave. */
export function billingWord(t: Dictionary, status: string, mail: string): string {
  return (status === 'SENT' ? t.mail.sent[mail] : undefined) ?? t.billingStatus[status] ?? status
}

type Told = { label: string; tone: StatusTone }

/** An upload's status in words: not "done" while rows are left to mend or nothing came of it. */
export function uploadStatusTold(t: Dictionary, upload: Upload, rejected: string): Told {
  const words = t.uploadStatus
  if (isUploadStopped(upload)) return { label: words.stopped, tone: 'failed' }
  if (upload.status === 'SENT' && upload.accepted === 0) {
    return { label: words.nothing, tone: 'attention' }
  }
  if (upload.status === 'SENT' && upload.rejected_open > 0) {
    return { label: words.toMend(rejected), tone: 'attention' }
  }
  return { label: words.byStatus[upload.status] ?? upload.status, tone: statusTone(upload.status) }
}

/** Cancelled, also where it was paid all the same. */
export function isCancelled({ status, removedat }: Billing): boolean {
  return status === 'REMOVED' || removedat !== null
}

const PAID: readonly string[] = ['PAID', 'OVERPAID', 'PAID_AFTER_CANCEL']

/** Whether its line may be handed on: what is cancelled or paid must not be paid again. */
export function isToBePaid(billing: Billing): boolean {
  return !isCancelled(billing) && !PAID.includes(billing.status)
}
