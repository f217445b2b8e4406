/** The words of acts on all that a filter means. */
import type { jobs as words } from './pt-jobs'

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

const fileWords = (name: string) => ({
  name: (at: string) => `${name}, ${at}`,
  done: (count: number, formatted: string, amount: string) =>
    `${formatted} ${plural(count, 'billing', 'billings')} in the file, of ${amount}.`,
})

export const jobs: typeof words = {
  actions: 'Bulk actions',
  title: 'Bulk actions',
  searched: 'A search cannot be acted upon in bulk: open the payer, or use the filters.',
  takeMade: 'Download the file',
  fileKept: (until) => `The file is kept until ${until}.`,
  fileGone: 'The file has been removed: ask for it again.',
  nothing: 'There is nothing to do to these billings.',
  real: 'The e-mails are real.',
  leftOut: 'Left out',
  reason: 'Reason',
  reasonOptional: 'Reason (optional)',
  noReason: 'No reason',
  chooseReason: 'Choose the reason',
  typeCount: (count) => `Type ${count} to confirm`,
  progressLabel: 'Progress',
  progress: (done, total) => `${done} of ${total}`,
  stop: 'Stop',
  resume: 'Go on',
  result: 'Download the result',
  noLongerMeant: (count, formatted) => `${formatted} ${plural(count, 'was', 'were')} no longer in the filter.`,
  states: { RUNNING: 'Under way', STOPPED: 'Stopped', FAILED: 'Ended by an error', DONE: 'Done' },
  acts: {
    RESEND: {
      button: 'Send again',
      title: 'Send the e-mails again?',
      name: (at) => `Sent again on ${at}`,
      sum: (count, formatted, amount) =>
        `${formatted} ${plural(count, 'e-mail goes', 'e-mails go')} out again, of billings that come to ${amount}.`,
      confirm: (count, formatted) => `Send ${formatted} ${plural(count, 'e-mail', 'e-mails')} again`,
      done: (count, formatted, amount) =>
        `${formatted} ${plural(count, 'e-mail', 'e-mails')} set to go out again, of ${amount}.`,
    },
    CANCEL: {
      button: 'Cancel',
      title: 'Cancel the billings?',
      name: (at) => `Cancelled on ${at}`,
      sum: (count, formatted, amount) =>
        `${formatted} ${plural(count, 'billing is', 'billings are')} cancelled, of ${amount} in all. This cannot be undone.`,
      confirm: (count, formatted) => `Cancel ${formatted} ${plural(count, 'billing', 'billings')}`,
      done: (count, formatted, amount) =>
        `${formatted} ${plural(count, 'billing', 'billings')} cancelled, of ${amount}.`,
    },
  },
  files: {
    CSV: fileWords('Export as CSV'),
    XLSX: fileWords('Export for Excel'),
    ZIP: fileWords('PDFs in a zip'),
    SHEET: fileWords('PDF to print'),
    CARNE: fileWords('Booklet to print'),
  },
  reasons: {
    WRONG_VALUES: 'Wrong values',
    PAID_OTHERWISE: 'Paid by other means',
    DUPLICATE: 'Billed twice',
    RENEGOTIATED: 'The debt was renegotiated',
    REQUESTED: 'The payer asked for it',
    OTHER: 'Another reason',
  },
  outcomes: {
    DONE: () => 'done',
    CANCELLED: () => 'cancelled already',
    PAID: () => 'paid already',
    ERASED: () => 'of a payer who was erased',
    WAITING: () => 'whose e-mail is still waiting',
    DELIVERED: () => 'whose e-mail was delivered',
    IN_DOUBT: () => 'that may have arrived: filter the uncertain ones to send them again',
    BLOCKED: () => 'whose address is blocked',
    NO_SLIP: () => 'without a slip: not issued yet, or simulated',
    CHANGED: () => 'changed after the beginning',
    NOT_REACHED: () => 'not reached',
  },
}
