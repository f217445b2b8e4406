/** Every address of the page, typed, in one place. */
const named = encodeURIComponent

/** The parts of the page of e-mails beside the outbox. */
export type EmailsTab = 'FAILED' | 'UNCERTAIN' | 'BOUNCED' | 'BLOCKED'

export const paths = {
  uploads: '/',
  upload: (uploadId: string) => `/uploads/${named(uploadId)}`,
  newCheck: '/checks/new',
  check: (checkId: string) => `/checks/${named(checkId)}`,
  rejects: (uploadId: string) => `/uploads/${named(uploadId)}/rejects`,
  emails: (tab: EmailsTab) => (tab === 'FAILED' ? '/emails' : `/emails?state=${tab}`),
  outbox: '/mailbox',
  outboxOf: (uploadId: string) => `/mailbox?upload_id=${named(uploadId)}`,
  mail: (uploadId: string, debtId: string) =>
    `/mailbox?upload_id=${named(uploadId)}&mail=${named(debtId)}`,
}
