import { Stack, Title } from '@mantine/core'

import { Facts } from '@/components/facts'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import type { Payer } from '@/lib/schemas'

import classes from './payer-summary.module.css'

/** A status that means a mail is told by what it means of all files: that the slip went out. */
function Totals({ payer }: { payer: Payer }) {
  const { t, format } = useText()
  const words = t.find.payer
  return (
    <ul className={classes.totals} aria-label={words.totals}>
      {payer.totals.map((total) => (
        <li key={total.status} data-testid="payer-total" data-status={total.status}>
          <StatusBadge
            status={total.status}
            label={total.status === 'SENT' ? words.sent : (t.billingStatus[total.status] ?? total.status)}
          />
          <strong>{format.money(total.amount_cents)}</strong>
          <span>{words.of(total.billings, format.integer(total.billings))}</span>
        </li>
      ))}
    </ul>
  )
}

/** What one person owes over all files, and under which names and addresses. */
export function PayerSummary({ payer }: { payer: Payer }) {
  const { t } = useText()
  const words = t.find.payer
  const list = (values: string[]) => (
    <ul className={classes.values}>
      {values.map((value) => (
        <li key={value}>{value}</li>
      ))}
    </ul>
  )
  return (
    <Sheet isRoomy label={words.totals}>
      <Stack gap="lg" data-testid="payer-summary">
        <Title order={2} className="visually-hidden">
          {words.totals}
        </Title>
        <Totals payer={payer} />
        <Facts
          facts={[
            [words.names, list(payer.names)],
            [words.emails, list(payer.emails)],
          ]}
        />
      </Stack>
    </Sheet>
  )
}
