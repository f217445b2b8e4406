import { Button, NativeSelect, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import { ActButton } from '@/components/act-button'
import { Below } from '@/components/below'
import { EmptyState } from '@/components/empty-state'
import { IconDownload, IconInbox } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { RecordsTable, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { Received, ReceivedDay } from '@/lib/schemas'

import { receivedQuery, savePayments } from '../api/received'

import { DayChart } from './day-chart'
import classes from './receipts.module.css'

const DAYS = [7, 30, 90, 366]
const DAYS_SHOWN = 14

function Sums({ received }: { received: Received }) {
  const { t, format } = useText()
  const words = t.receipts
  const { open, overdue, suspense } = received
  const sums = [
    [words.paid, received.paid_cents, words.payments(received.payments, format.integer(received.payments)), false],
    [words.open, open.amount_cents, words.billings(open.count, format.integer(open.count)), false],
    [words.overdue, overdue.amount_cents, words.billings(overdue.count, format.integer(overdue.count)), overdue.count > 0],
    [words.waiting, suspense.amount_cents, words.entries(suspense.count, format.integer(suspense.count)), suspense.count > 0],
  ] as const
  return (
    <Sheet isRoomy label={words.sums}>
      <dl className={classes.sums} data-testid="receipts-sums">
        {sums.map(([name, cents, count, isBad]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-bad={isBad}>
              {format.money(cents)}
              <span>{count}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  )
}

/** What was paid by day, the newest first. */
function Days({ received, isStale }: { received: Received; isStale: boolean }) {
  const { t, format } = useText()
  const words = t.receipts.byDay
  const [isWhole, setWhole] = useState(false)
  const days = received.days.toReversed()
  const columns: Column<ReceivedDay>[] = [
    { title: words.day, cell: (day) => format.date(day.paid_on) },
    { title: words.amount, isNumber: true, card: 'aside', cell: (day) => format.money(day.paid_cents) },
    { title: words.payments, isNumber: true, card: 'titled', cell: (day) => format.integer(day.payments) },
  ]
  if (days.length === 0) {
    return (
      <EmptyState
        icon={<IconInbox size={36} stroke={1.3} />}
        title={words.empty}
        body={words.emptyBody}
      />
    )
  }
  return (
    <>
      <DayChart received={received} />
      <RecordsTable
        label={words.table}
        columns={columns}
        records={isWhole ? days : days.slice(0, DAYS_SHOWN)}
        idOf={(day) => day.paid_on}
        dataOf={() => ({ 'data-testid': 'paid-day' })}
        isStale={isStale}
      />
      {!isWhole && days.length > DAYS_SHOWN && (
        <Button variant="subtle" size="xs" m="sm" onClick={() => setWhole(true)}>
          {words.all(format.integer(days.length))}
        </Button>
      )}
    </>
  )
}

type ReceivedSectionProps = {
  days: number
  onPeriod: (days: number) => void
  /** What stands below, once it is known how much room is taken here. */
  children: ReactNode
}

/** The sums of a period, its days, and the table for accounting. */
export function ReceivedSection({ days, onPeriod, children }: ReceivedSectionProps) {
  const { t, locale } = useText()
  const words = t.receipts
  const query = useQuery(receivedQuery(days))
  return (
    <Stack gap="lg">
      <div className={classes.bar}>
        <NativeSelect
          label={words.period}
          size="sm"
          w={150}
          value={String(days)}
          onChange={(event) => onPeriod(Number(event.currentTarget.value))}
          data={DAYS.map((count) => ({ value: String(count), label: words.periods[count] ?? '' }))}
          data-testid="receipts-period"
        />
        <ActButton
          size="sm"
          label={words.export}
          icon={IconDownload}
          act={() => savePayments(days, locale)}
          testId="receipts-export"
        />
      </div>
      <QueryView query={query} loadingRows={16}>
        {(received) => (
          <>
            <Sums received={received} />
            <section aria-label={words.byDay.title}>
              <Title order={2}>{words.byDay.title}</Title>
              <Sheet mt="sm">
                <Days received={received} isStale={query.isPlaceholderData} />
              </Sheet>
            </section>
          </>
        )}
      </QueryView>
      <Below isKnown={!query.isPending} loadingRows={0}>
        {children}
      </Below>
    </Stack>
  )
}

export const DAYS_USUAL = 30

/** The days that an address asks for, when they are on offer. */
export function daysOf(asked: string | null): number {
  return DAYS.find((count) => String(count) === asked) ?? DAYS_USUAL
}
