import { Alert, Anchor, Button, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { ActDialog, REASON_MIN } from '@/components/act-dialog'
import { MoreButton } from '@/components/more-button'
import { QueryView } from '@/components/query-view'
import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Suspense } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { dropSuspense, matchSuspense, suspenseQuery } from '../api/received'

import classes from './receipts.module.css'

type Act = { kind: 'match' | 'drop'; money: Suspense }
type DecisionProps = { act: Act; onDone: (said: string) => void; onClose: () => void }

/** Whose money it is and why, or why it is nobody's. */
function Decision({ act: { kind, money }, onDone, onClose }: DecisionProps) {
  const { t, format } = useText()
  const words = t.receipts.suspense
  const reread = useReread()
  const isMatch = kind === 'match'
  const [debt, setDebt] = useState(money.probable_code ?? '')
  const [reason, setReason] = useState('')
  const amount = format.money(money.paid_cents)
  const decide = async () => {
    const why = reason.trim()
    if (isMatch) await matchSuspense(money.suspense_id, debt.trim(), why)
    else await dropSuspense(money.suspense_id, why)
    onDone(isMatch ? words.matched(amount, debt.trim()) : words.dropped(amount))
    await reread()
  }
  return (
    <ActDialog
      opened
      title={isMatch ? words.matchTitle : words.dropTitle}
      body={isMatch ? `${amount} · ${words.reference(money.reference)}` : words.dropBody}
      confirm={isMatch ? words.matchConfirm : words.dropConfirm}
      isGrave={!isMatch}
      isIncomplete={reason.trim().length < REASON_MIN || (isMatch && debt.trim() === '')}
      act={decide}
      onClose={onClose}
    >
      {isMatch && (
        <TextInput
          label={words.debt}
          value={debt}
          onChange={(event) => setDebt(event.currentTarget.value)}
          maxLength={320}
          required
          data-autofocus
          data-testid="suspense-debt"
        />
      )}
      <Textarea
        label={words.reason}
        description={words.reasonHint}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        required
        data-autofocus={!isMatch || undefined}
        data-testid="suspense-reason"
      />
    </ActDialog>
  )
}

function useColumns(decide: (act: Act) => void): Column<Suspense>[] {
  const { t, format } = useText()
  const words = t.receipts.suspense
  return [
    {
      title: words.why,
      isText: true,
      cell: (money) => (
        <span className={classes.advice}>
          <span lang="pt-BR">{money.why?.text}</span>
          <Sub>{words.reference(money.reference)}</Sub>
          {money.probable_code !== null && <Sub>{words.probably(money.probable_code)}</Sub>}
          {money.return_id !== null && (
            <Anchor component={Link} to={paths.return(money.return_id)} size="sm">
              {t.receipts.ledger.seeReturn}
            </Anchor>
          )}
        </span>
      ),
    },
    { title: words.amount, isNumber: true, card: 'aside', cell: (money) => format.money(money.paid_cents) },
    { title: words.paidOn, card: 'titled', cell: (money) => format.date(money.paid_on) },
    {
      title: words.act,
      card: 'wide',
      cell: (money) => (
        <span
          className={classes.acts}
          role="group"
          aria-label={words.actOf(format.money(money.paid_cents), money.reference)}
        >
          <Button size="xs" onClick={() => decide({ kind: 'match', money })} data-testid="suspense-match">
            {words.match}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="red"
            onClick={() => decide({ kind: 'drop', money })}
            data-testid="suspense-drop"
          >
            {words.drop}
          </Button>
        </span>
      ),
    },
  ]
}

/** Money of which no billing is known: a person says whose it is, or drops it. */
export function SuspenseSection() {
  const { t } = useText()
  const words = t.receipts.suspense
  const query = useInfiniteQuery(suspenseQuery)
  const [act, setAct] = useState<Act | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const columns = useColumns(setAct)
  return (
    <section aria-label={words.title} id="suspense">
      <Title order={2}>{words.title}</Title>
      <Text size="sm" c="dimmed">
        {words.lead}
      </Text>
      {said !== null && (
        <Alert role="status" mt="sm" data-testid="suspense-told">
          {said}
        </Alert>
      )}
      <Sheet mt="sm">
        <QueryView
          query={query}
          loadingRows={4}
          isEmpty={(records) => records.length === 0}
          empty={
            <Text size="sm" c="dimmed" p="md" data-testid="suspense-empty">
              {words.empty}
            </Text>
          }
        >
          {(records) => (
            <>
              <RecordsTable
                label={words.table}
                columns={columns}
                records={records}
                idOf={(money) => money.suspense_id}
                dataOf={() => ({ 'data-testid': 'suspense-row' })}
              />
              <MoreButton query={query} label={words.more} testId="suspense-more" />
            </>
          )}
        </QueryView>
      </Sheet>
      {act !== null && (
        <Decision
          key={act.money.suspense_id + act.kind}
          act={act}
          onDone={setSaid}
          onClose={() => setAct(null)}
        />
      )}
    </section>
  )
}
