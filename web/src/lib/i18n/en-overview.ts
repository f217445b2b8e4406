import type { overview as words } from './pt-overview'

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

const counted = (one: string, many: string) => (count: number, formatted: string) =>
  `${formatted} ${plural(count, one, many)}`

export const overview: typeof words = {
  sums: 'Sums of the period',
  billed: 'Issued',
  boletos: counted('boleto', 'boletos'),
  files: counted('file', 'files'),
  notIssued: (_count, formatted) => `${formatted} in the queue`,
  made: {
    smtp: { title: 'E-mails delivered', many: 'delivered' },
    outbox: { title: 'E-mails in the test outbox', many: 'in the test outbox' },
    simulate: { title: 'E-mails simulated', many: 'simulated' },
    unknown: { title: 'E-mails', many: 'ready' },
  },
  notDelivered: counted('not delivered', 'not delivered'),
  uncertain: counted('uncertain', 'uncertain'),
  underWay: (_count, formatted) => `${formatted} under way`,
  ofRemoved: (count, formatted) => `${formatted} more of ${plural(count, 'a cancelled file', 'cancelled files')}`,
  rejects: 'Rejected, open',
  noRejects: 'Nothing to mend',
  inFiles: (count, formatted) => `in ${formatted} ${plural(count, 'file', 'files')}`,
  due: 'Due within 7 days',
  paid: 'Received',
  payments: counted('payment', 'payments'),
  chart: {
    title: 'Boletos a day',
    lead: 'The last working days, by the day the file was sent',
    notDelivered: 'not delivered or uncertain',
    underWay: 'under way',
    asTable: 'Show as a table',
    asChart: 'Show as a chart',
    day: 'Day',
    billings: 'Boletos',
    amount: 'Amount',
    notDeliveredMails: 'Not delivered',
    uncertainMails: 'Uncertain',
    underWayMails: 'Under way',
    largest: (formatted) => `largest day: ${formatted}`,
    empty: 'No boleto on these days.',
    bar: (day, billings, made, notDelivered, underWay) =>
      `${day}: ${billings} boletos; ${made}, ${notDelivered} not delivered or uncertain, ${underWay} under way`,
  },
  waiting: {
    atLeast: (formatted) => `more than ${formatted}`,
    returned: { told: counted('e-mail returned', 'e-mails returned'), button: 'See and mend' },
    refused: { told: counted('title refused by the bank', 'titles refused by the bank'), button: 'See and mend' },
    held_back: { told: counted('title held back by the last remittance', 'titles held back by the last remittance'), button: 'See why' },
    suspense: { told: counted('payment of no known billing', 'payments of no known billing'), button: 'Decide' },
  },
}
