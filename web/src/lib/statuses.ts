/** The statuses of the API, in the order a billing passes through them. */

export const BILLING_STATUSES = [
  'ACKNOWLEDGED',
  'ISSUED',
  'SENT',
  'FAILED',
  'UNCERTAIN',
  'REMOVED',
] as const

/** An upload in one of these has come to rest; others move by themselves. */
const UPLOAD_STATUSES_AT_REST: readonly string[] = ['SENT', 'ATTENTION', 'REMOVED']

export function isUploadAtRest(status: string): boolean {
  return UPLOAD_STATUSES_AT_REST.includes(status)
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
  REMOVED: 'removed',
}

export function statusTone(status: string): StatusTone {
  return TONES[status] ?? 'waiting'
}
