import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

import { Periods } from '@/components/periods'
import { ProblemAlert } from '@/components/problem-alert'
import { dayOf, daysOfPeriod, periodOfAddress } from '@/lib/days'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Overview } from '@/lib/schemas'
import { useKeyset } from '@/lib/use-keyset'

import { overviewQuery, paidQuery, type Days } from '../api/get-overview'
import { useMade } from '../use-made'

import classes from './overview.module.css'

/** The days that the address means: today when it tells none; half a period ends, or begins, with its one day. */
export function daysOfAddress(params: URLSearchParams): Days {
  const { from, to } = periodOfAddress(params)
  if (from === null && to === null) return daysOfPeriod('today')
  return { from: from ?? to ?? '', to: to ?? (from !== null && from > dayOf(Date.now()) ? from : dayOf(Date.now())) }
}

type FigureProps = {
  name: string
  to: string
  value: string
  isBad?: boolean
  beside?: string | null
  testId: string
  children: ReactNode
}

/** One figure: its number is the door to the list that explains it. */
function Figure({ name, to, value, isBad = false, beside, testId, children }: FigureProps) {
  return (
    <div className={classes.figure} data-testid={testId}>
      <dt>{name}</dt>
      <dd>
        <Anchor component={Link} to={to} className={classes.value} data-bad={isBad} aria-label={`${name}: ${value}`}>
          {value}
        </Anchor>
        {beside != null && <span className={classes.beside}>{beside}</span>}
        <span className={classes.under}>{children}</span>
      </dd>
    </div>
  )
}

/** What is told under a figure, parted by dots; a part may be a door of its own. */
function Parts({ parts }: { parts: (false | { text: string; to?: string })[] }) {
  return parts
    .filter((part) => part !== false)
    .map(({ text, to }, place) => (
      <span key={text}>
        {place > 0 && ' · '}
        {to === undefined ? text : <Anchor component={Link} to={to}>{text}</Anchor>}
      </span>
    ))
}

/** Where the figures of a period lead: the filter of its days, as each list has it. */
function doorsOf({ from, to }: Days) {
  const days = `from=${from}&to=${to}`
  const received = `received_from=${from}&received_to=${to}`
  const today = dayOf(Date.now())
  const isToday = from === today && to === today
  return {
    files: paths.uploadsOf(days),
    toMend: paths.uploadsOf(`${days}&state=TO_MEND`),
    delivered: paths.billings(`status=SENT&${received}`),
    // Of today it is the list's own chip.
    notDelivered: paths.billings(isToday ? 'quick=not_delivered_today' : `quick=not_delivered&${received}`),
    uncertain: paths.billings(`quick=uncertain&${received}`),
    due: paths.billings('quick=due_soon'),
  }
}

function Mails({ overview, doors }: { overview: Overview; doors: ReturnType<typeof doorsOf> }) {
  const { t, format } = useText()
  const words = t.overview
  const made = useMade()
  const { delivered, not_delivered, uncertain, under_way, delivered_of_removed } = overview
  const told = delivered + not_delivered + uncertain
  return (
    <Figure
      name={made.title}
      to={doors.delivered}
      value={format.integer(delivered)}
      beside={told === 0 ? null : format.share(delivered / told)}
      testId="figure-delivered"
    >
      <Parts
        parts={[
          { text: words.notDelivered(not_delivered, format.integer(not_delivered)), to: doors.notDelivered },
          uncertain > 0 && { text: words.uncertain(uncertain, format.integer(uncertain)), to: doors.uncertain },
          under_way > 0 && { text: words.underWay(under_way, format.integer(under_way)) },
          delivered_of_removed > 0 && {
            text: words.ofRemoved(delivered_of_removed, format.integer(delivered_of_removed)),
          },
        ]}
      />
    </Figure>
  )
}

/** What was paid in the period; the list of receipts knows periods of its own. */
function Paid({ days }: { days: Days }) {
  const { t, format } = useText()
  const query = useQuery(paidQuery(days))
  // What may not be seen, or is not told, is no nought.
  const paid = query.data
  return (
    <Figure
      name={t.overview.paid}
      to={paths.receipts}
      value={paid === undefined ? '–' : format.money(paid.paid_cents)}
      testId="figure-paid"
    >
      {paid === undefined ? ' ' : t.overview.payments(paid.payments, format.integer(paid.payments))}
    </Figure>
  )
}

function Figures({ overview, days }: { overview: Overview; days: Days }) {
  const { t, format } = useText()
  const words = t.overview
  const doors = doorsOf(days)
  const { billed, files, issued, rejects, due_soon } = overview
  return (
    <>
      <Figure name={words.billed} to={doors.files} value={format.money(billed.amount_cents)} testId="figure-billed">
        <Parts
          parts={[
            { text: words.boletos(billed.count, format.integer(billed.count)) },
            { text: words.files(files, format.integer(files)) },
            billed.count > issued && { text: words.notIssued(billed.count - issued, format.integer(billed.count - issued)) },
          ]}
        />
      </Figure>
      <Mails overview={overview} doors={doors} />
      <Figure
        name={words.rejects}
        to={doors.toMend}
        value={format.integer(rejects.count)}
        isBad={rejects.count > 0}
        testId="figure-rejects"
      >
        {rejects.count === 0 ? words.noRejects : (
          <Parts
            parts={[
              rejects.amount_cents !== null && rejects.amount_cents > 0 && { text: format.money(rejects.amount_cents) },
              { text: words.inFiles(rejects.files, format.integer(rejects.files)) },
            ]}
          />
        )}
      </Figure>
      <Figure name={words.due} to={doors.due} value={format.money(due_soon.amount_cents)} testId="figure-due">
        {words.boletos(due_soon.count, format.integer(due_soon.count))}
      </Figure>
      <Paid days={days} />
    </>
  )
}

/** The period, by one click, and what it came to; its room is kept until that is known. */
export function PeriodFigures() {
  const { t } = useText()
  const { params, filter } = useKeyset()
  const days = daysOfAddress(params)
  const query = useQuery(overviewQuery(days))
  return (
    <section aria-label={t.overview.sums}>
      <Periods params={params} usual="today" onPick={filter} />
      {query.isError && (
        <ProblemAlert error={query.error} onRetry={() => void query.refetch()} isStale={query.data !== undefined} />
      )}
      <dl className={classes.figures} data-stale={query.isPlaceholderData} data-testid="figures">
        {query.data !== undefined && <Figures overview={query.data} days={days} />}
      </dl>
    </section>
  )
}
