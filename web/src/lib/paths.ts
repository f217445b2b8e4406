/** Every address of the page, typed, in one place. */
export const paths = {
  uploads: '/',
  upload: (uploadId: string) => `/uploads/${encodeURIComponent(uploadId)}`,
  mailbox: '/mailbox',
  mailboxOf: (uploadId: string) => `/mailbox?upload_id=${encodeURIComponent(uploadId)}`,
  mail: (debtId: string) => `/mailbox?mail=${encodeURIComponent(debtId)}`,
  billing: (uploadId: string, debtId: string) =>
    `/uploads/${encodeURIComponent(uploadId)}?billing=${encodeURIComponent(debtId)}`,
}
