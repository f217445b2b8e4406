import { Alert, Button, Text, Title } from '@mantine/core'
import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import { Below } from '@/components/below'
import { MoreButton } from '@/components/more-button'
import { ProblemAlert } from '@/components/problem-alert'
import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { RefusedTitle } from '@/lib/schemas'

import { refusedQuery } from '../api/refused'

import classes from './bank.module.css'
import { EnterAgainDialog } from './enter-again-dialog'

type ColumnsProps = { onOpen: (debt: string) => void; onMend: (title: RefusedTitle) => void }

function useColumns({ onOpen, onMend }: ColumnsProps): Column<RefusedTitle>[] {
  const { t, format } = useText()
  const words = t.bank.refused
  return [
    {
      title: words.debt,
      isText: true,
      cell: (title) => (
        <>
          <button
            type="button"
            className={classes.link}
            aria-label={t.bank.held.example(title.code)}
            onClick={() => onOpen(title.code)}
          >
            {title.code}
          </button>
          <Sub>{title.name}</Sub>
        </>
      ),
    },
    {
      title: words.reason,
      isText: true,
      card: 'wide',
      cell: (title) => (
        <>
          {title.reasons.length === 0 && words.noReason}
          {title.reasons.map((reason) => (
            <div key={reason.code} lang="pt-BR">
              {reason.text || words.code(reason.code)}
              <Sub>{reason.advice}</Sub>
            </div>
          ))}
          {title.mend !== 'NONE' && <Sub>{words.mend[title.mend]}</Sub>}
        </>
      ),
    },
    { title: words.amount, isNumber: true, card: 'aside', cell: (title) => format.money(title.amount_cents) },
    { title: words.on, card: 'titled', cell: (title) => format.date(title.refused_on) },
    {
      title: words.act,
      card: 'wide',
      cell: (title) =>
        title.state === 'SENT' ? (
          <Text size="sm" c="dimmed" data-testid="refused-sent">
            {words.state.SENT}
          </Text>
        ) : (
          <>
            {title.state === 'ASKED' && (
              <Text size="sm" data-testid="refused-asked">
                {words.state.ASKED}
              </Text>
            )}
            <Button
              size="xs"
              variant={title.state === 'ASKED' ? 'subtle' : 'filled'}
              onClick={() => onMend(title)}
              aria-label={words.mendOf(title.code)}
              data-testid="refused-mend"
            >
              {words.button}
            </Button>
          </>
        ),
    },
  ]
}

type RefusedSectionProps = {
  onOpen: (debt: string) => void
  /** What stands below, once it is known how much room is taken here. */
  children: ReactNode
}

/** What the bank refused to enter: why, what to do, and the way into the next remittance. */
export function RefusedSection({ onOpen, children }: RefusedSectionProps) {
  const query = useInfiniteQuery(refusedQuery)
  return (
    <>
      {query.isError && (
        <ProblemAlert error={query.error} onRetry={() => void query.refetch()} isStale={query.data !== undefined} />
      )}
      {/* Most banks refuse nothing: no room is taken then. */}
      {query.data !== undefined && query.data.length > 0 && (
        <Refused query={query} titles={query.data} onOpen={onOpen} />
      )}
      <Below isKnown={!query.isPending}>{children}</Below>
    </>
  )
}

type RefusedProps = {
  query: UseInfiniteQueryResult<RefusedTitle[]>
  titles: RefusedTitle[]
  onOpen: (debt: string) => void
}

function Refused({ query, titles, onOpen }: RefusedProps) {
  const { t } = useText()
  const words = t.bank.refused
  const [mended, setMended] = useState<RefusedTitle | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const columns = useColumns({ onOpen, onMend: setMended })
  return (
    <section aria-label={words.title} data-testid="refused">
      <Title order={2}>{words.title}</Title>
      <Text size="sm" c="dimmed">
        {words.lead}
      </Text>
      {said !== null && (
        <Alert role="status" mt="sm" data-testid="refused-told">
          {said}
        </Alert>
      )}
      <Sheet mt="sm">
        <RecordsTable
          label={words.title}
          columns={columns}
          records={titles}
          idOf={(title) => title.debt_id}
          dataOf={(title) => ({ 'data-testid': 'refused-row', 'data-state': title.state })}
        />
        <MoreButton query={query} label={words.more} testId="refused-more" />
      </Sheet>
      {mended !== null && (
        <EnterAgainDialog
          key={mended.debt_id}
          title={mended}
          onDone={setSaid}
          onClose={() => setMended(null)}
        />
      )}
    </section>
  )
}
