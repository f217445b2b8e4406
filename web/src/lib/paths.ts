/** Every address of the page, typed, in one place. */
const named = encodeURIComponent

export const paths = {
  uploads: '/',
  upload: (uploadId: string) => `/uploads/${named(uploadId)}`,
  outbox: '/mailbox',
  outboxOf: (uploadId: string) => `/mailbox?upload_id=${named(uploadId)}`,
  mail: (uploadId: string, debtId: string) =>
    `/mailbox?upload_id=${named(uploadId)}&mail=${named(debtId)}`,
}
