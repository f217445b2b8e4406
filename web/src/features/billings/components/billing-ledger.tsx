import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { QueryView } from '@/components/query-view'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { BillingDetail, Ledger } from '@/lib/schemas'

import { ledgerQuery } from '../api/ledger'

import classes from './billing-detail.module.css'
import { SettleDialog, UndoDialog } from './settle-dialogs'

/** How much of it was paid, and what is owed or too much. */
function Balance({ ledger }: { ledger: Ledger }) {
  const { t, format } = useText()
  const words = t.receipts.ledger
  const parts = [
    words.paid(format.money(ledger.paid_cents), format.money(ledger.title_cents)),
    ...(ledger.receivable_cents > 0 && ledger.paid_cents > 0 ? [words.owed(format.money(ledger.receivable_cents))] : []),
    ...(ledger.overpaid_cents > 0 ? [words.over(format.money(ledger.overpaid_cents))] : []),
  ]
  return (
    <Text size="sm" data-testid="ledger-balance">
      {parts.join(', ')}.
    </Text>
  )
}

/** Each payment with everybody who told of it; one that a person told of can be undone. */
function Payments({ ledger, onUndo }: { ledger: Ledger; onUndo: (settlement: number) => void }) {
  const { t, format } = useText()
  const words = t.receipts.ledger
  return (
    <ol className={classes.history} data-testid="ledger-payments">
      {ledger.payments.map((payment, place) => {
        const settlement = payment.told.find((told) => told.settlement !== null)?.settlement ?? null
        const tellers = payment.told.map((told) => words.teller[told.teller] ?? told.teller)
        const parts = [
          format.date(payment.paid_on),
          ...(payment.extra_cents > 0 ? [words.extra(format.money(payment.extra_cents))] : []),
          ...(payment.deducted_cents > 0 ? [words.deducted(format.money(payment.deducted_cents))] : []),
          `${words.by}: ${tellers.join(', ')}`,
        ]
        return (
          <li key={`${payment.paid_on} ${place}`} data-reversed={payment.reversed}>
            <Text size="sm" fw={500} td={payment.reversed ? 'line-through' : undefined}>
              {format.money(payment.paid_cents)}
            </Text>
            <p>
              {payment.reversed && `${words.reversed} · `}
              {parts.join(' · ')}
            </p>
            {settlement !== null && !payment.reversed && (
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={() => onUndo(settlement)}
                data-testid="settle-undo"
              >
                {words.undo}
              </Button>
            )}
          </li>
        )
      })}
    </ol>
  )
}

/** What the bank told of the title, why and what to do; its words are Portuguese. */
function Occurrences({ ledger }: { ledger: Ledger }) {
  const { t, format } = useText()
  const words = t.receipts.ledger
  return (
    <Stack gap="xs">
      <Title order={3}>{words.bank}</Title>
      <ol className={classes.history} data-testid="ledger-occurrences">
        {ledger.occurrences.map((told) => (
          <li key={`${told.return_id} ${told.line}`}>
            <Text size="sm" fw={500} lang="pt-BR">
              {told.text || t.bank.records.occurrence(told.occurrence)}
            </Text>
            {told.reasons.map((reason) => (
              <p key={reason.code} lang="pt-BR">
                {[reason.text, reason.advice].filter(Boolean).join(' ')}
              </p>
            ))}
            <p>
              {told.occurred_on !== null && `${format.date(told.occurred_on)} · `}
              <Anchor component={Link} to={paths.return(told.return_id)} size="sm">
                {words.seeReturn}
              </Anchor>
            </p>
          </li>
        ))}
      </ol>
    </Stack>
  )
}

function Acts({ ledger }: { ledger: Ledger }) {
  const { t, format } = useText()
  return (
    <Stack gap="xs">
      <Title order={3}>{t.receipts.ledger.acts}</Title>
      <ol className={classes.history} data-testid="ledger-acts">
        {ledger.acts.map((act) => (
          <li key={act.settlement}>
            <Text size="sm" fw={500} className="breaks">
              {act.reason}
            </Text>
            <p>
              {format.instant(act.actedat)} · {act.asked_by}
            </p>
          </li>
        ))}
      </ol>
    </Stack>
  )
}

/** A billing's money: what was paid and who says so, what its bank told, and what people did. */
export function BillingLedger({ billing }: { billing: BillingDetail }) {
  const { t, format } = useText()
  const words = t.receipts.ledger
  const query = useQuery(ledgerQuery(billing.debt_id))
  const [isSettling, setSettling] = useState(false)
  const [undone, setUndone] = useState<number | null>(null)
  return (
    <Stack gap="md" mt="lg" data-testid="billing-ledger">
      <Title order={3}>{words.title}</Title>
      <QueryView query={query} loadingRows={2}>
        {(ledger) => (
          <>
            <Balance ledger={ledger} />
            {ledger.unanswered_reversals > 0 && (
              <Text size="sm" c="var(--tone-attention)">
                {words.unanswered(ledger.unanswered_reversals, format.integer(ledger.unanswered_reversals))}
              </Text>
            )}
            {ledger.payments.length > 0 && <Payments ledger={ledger} onUndo={setUndone} />}
            {ledger.receivable_cents > 0 && billing.status !== 'REMOVED' && (
              <Group>
                <Button size="xs" variant="default" onClick={() => setSettling(true)} data-testid="settle">
                  {words.settle}
                </Button>
              </Group>
            )}
            {ledger.occurrences.length > 0 && <Occurrences ledger={ledger} />}
            {ledger.acts.length > 0 && <Acts ledger={ledger} />}
            {isSettling && (
              <SettleDialog debtId={billing.debt_id} ledger={ledger} onClose={() => setSettling(false)} />
            )}
            {undone !== null && (
              <UndoDialog debtId={billing.debt_id} settlement={undone} onClose={() => setUndone(null)} />
            )}
          </>
        )}
      </QueryView>
    </Stack>
  )
}
