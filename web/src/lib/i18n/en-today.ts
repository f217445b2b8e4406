import type { today as pt } from './pt-today'

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

const kind = (one: string, many: string, button: string) => ({
  told: (count: number, formatted: string) => `${formatted} ${plural(count, one, many)}`,
  button,
})

export const today: typeof pt = {
  page: 'Home',
  title: 'Needs you',
  nothing: 'Nothing waits for you now.',
  inFile: (name) => `in ${name}`,
  more: (files, formatted) => `And ${formatted} more ${plural(files, 'item', 'items')}: see all uploads`,
  moreThan: (formatted) => `And more than ${formatted} further items: see all uploads`,
  kinds: {
    stopped: { told: () => 'Upload stopped', button: 'See and resume' },
    check: kind('boleto checked and not issued', 'boletos checked and not issued', 'Check'),
    rejects: kind('rejected line', 'rejected lines', 'Mend'),
    failed: kind('e-mail not delivered', 'e-mails not delivered', 'See and send again'),
    uncertain: kind('uncertain mail', 'uncertain mails', 'Decide'),
  },
}
