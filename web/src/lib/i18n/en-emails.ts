import type { emails as words } from './pt-emails'

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

export const emails: typeof words = {
  title: 'E-mails',
  tabsLabel: 'State of the e-mails',
  tabs: {
    FAILED: 'Not delivered',
    UNCERTAIN: 'Uncertain',
    BOUNCED: 'Returned',
    BLOCKED: 'Blocked',
  },
  outboxTab: 'Test outbox',
  leads: {
    FAILED: 'The bank slip exists; the e-mail did not arrive. Correct one address, or resend all of a reason.',
    UNCERTAIN: 'The server did not confirm: the e-mail may have arrived. Resending may double it.',
    BOUNCED: 'A server took it and sent it back later: the payer has not read it.',
    BLOCKED: 'A server refused these addresses for good: nothing is sent to them until somebody releases them.',
  },
  reasons: {
    NO_ADDRESS: 'No such address',
    MAILBOX_FULL: 'Mailbox full',
    REFUSED: 'Refused',
    BLOCKED: 'Blocked',
    TIME_OVER: 'Time ran out',
    NO_ANSWER: 'No answer',
    NOT_MADE: 'Could not be made',
  },
  byReason: 'By reason',
  all: 'All',
  more: 'more than',
  table: 'E-mails',
  payer: 'Payer',
  amount: 'Amount',
  dueDate: 'Due date',
  reason: 'Reason',
  at: 'When',
  blockedAt: 'Blocked',
  address: 'Address',
  blocked: 'address blocked',
  emptyTitle: 'Nothing here',
  emptyBody: {
    FAILED: 'No e-mail failed to be delivered.',
    UNCERTAIN: 'No e-mail is uncertain.',
    BOUNCED: 'No e-mail came back.',
    BLOCKED: 'No address is blocked.',
  },
  release: 'Release',
  resendAll: 'Resend these',
  resendTitle: 'Send again?',
  resendSum: (mails, formatted, amount) =>
    `${formatted} ${plural(mails, 'e-mail goes', 'e-mails go')} out again, about billings of ${amount} in all.`,
  resendNone: 'No e-mail goes out again.',
  resendLeft: (count, formatted) =>
    `${formatted} ${plural(count, 'stays', 'stay')} out: the address is blocked.`,
  resendMore: 'There are more than one request takes: ask again at the end.',
  withBlocked: 'Also send to blocked addresses, which leave the list',
  confirm: 'Send again',
  one: {
    button: 'Resend',
    title: 'Send the e-mail again',
    email: 'Address',
    emailHint: 'A corrected address becomes that of this billing.',
    body: {
      FAILED: 'The e-mail was not delivered.',
      UNCERTAIN: 'The server did not confirm: the payer may get it twice, with the same bank slip.',
      SENT: 'The server has taken this e-mail already: the payer gets one more, with the same bank slip.',
      BOUNCED: 'The e-mail came back. Check the address.',
    },
    blocked: 'The address is blocked: a server refused it for good.',
    sendBlocked: 'Release and send',
  },
}
