import { Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { Below } from '@/components/below'
import { EmptyState } from '@/components/empty-state'
import { IconMail } from '@/components/icons'
import { KeysetPager } from '@/components/keyset-pager'
import { QueryView } from '@/components/query-view'
import { OpenButton, RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { Undelivered, UndeliveredTotals } from '@/lib/schemas'
import { useKeyset } from '@/lib/use-keyset'

import { totalsQuery, undeliveredQuery } from '../api/get-emails'

import { ResendAll } from './resend-all'

type State = Undelivered['state']

type ReasonsProps = {
  totals: UndeliveredTotals | undefined
  state: State
  reason: string | null
  onPick: (reason: string | null) => void
}

/** The reasons there are, each with its count; pressed, the list has only those. */
function Reasons({ totals, state, reason, onPick }: ReasonsProps) {
  const { t, format } = useText()
  const found = (totals?.totals ?? []).filter((total) => total.state === state)
  if (found.length === 0) return null
  const all = found.reduce((sum, total) => sum + total.mails, 0)
  const chip = (name: string | null, label: string, mails: number) => (
    <Button
      key={label}
      size="compact-sm"
      variant={name === reason ? 'filled' : 'default'}
      aria-pressed={name === reason}
      onClick={() => onPick(name)}
      data-testid={`reason-${name ?? 'all'}`}
    >
      {label} · {totals?.more ? `${t.emails.more} ` : ''}
      {format.integer(mails)}
    </Button>
  )
  return (
    <Group gap="xs" role="group" aria-label={t.emails.byReason}>
      {chip(null, t.emails.all, all)}
      {found.map((total) => chip(total.reason, t.emails.reasons[total.reason], total.mails))}
    </Group>
  )
}

function useColumns(onOpen: (debtId: string) => void): Column<Undelivered>[] {
  const { t, format } = useText()
  const words = t.emails
  return [
    {
      title: words.payer,
      isText: true,
      cell: (mail) => (
        <>
          <OpenButton onOpen={() => onOpen(mail.debt_id)} label={t.billings.open(mail.name)} testId="open-undelivered">
            {mail.name}
          </OpenButton>
          <Sub>{mail.email}</Sub>
        </>
      ),
    },
    { title: words.amount, isNumber: true, cell: (mail) => format.money(mail.amount_cents), card: 'aside' },
    {
      title: words.reason,
      isText: true,
      cell: (mail) => (
        <>
          {words.reasons[mail.reason]}
          {mail.suppressed && mail.reason !== 'BLOCKED' && ` (${words.blocked})`}
          {mail.detail !== '' && mail.reason !== 'BLOCKED' && <Sub>{mail.detail}</Sub>}
        </>
      ),
      card: 'wide',
    },
    { title: words.dueDate, cell: (mail) => format.date(mail.due_date), card: 'titled' },
    { title: words.at, cell: (mail) => format.instant(mail.at), card: 'titled' },
  ]
}

/** The mails of a state over all files, by reason, and the button that sends them again. */
export function UndeliveredSection({ state }: { state: State }) {
  const { t } = useText()
  const keyset = useKeyset()
  const reason = keyset.params.get('reason')
  const query = useQuery(undeliveredQuery({ state, reason, after: keyset.after }))
  const totals = useQuery(totalsQuery)
  const columns = useColumns((debtId) => keyset.set('billing', debtId))
  return (
    <Stack gap="sm">
      {/* All at once, so that none pushes another down; without the reasons the list is told all the same. */}
      <Below isKnown={!totals.isPending && !query.isPending}>
        <Reasons
          totals={totals.data}
          state={state}
          reason={reason}
          onPick={(picked) => keyset.filter({ reason: picked })}
        />
        <Group gap="xs">
          <ResendAll key={`${state} ${reason}`} wanted={{ states: state, why: reason }} hasMails={(query.data?.records.length ?? 0) > 0} />
        </Group>
        <Sheet>
          <QueryView
            query={query}
            isEmpty={(page) => page.records.length === 0 && page.next === null}
            empty={<EmptyState icon={<IconMail size={32} />} title={t.emails.emptyTitle} body={t.emails.emptyBody[state]} />}
          >
            {(page) => (
              <>
                <RecordsTable
                  label={t.emails.table}
                  columns={columns}
                  records={page.records}
                  idOf={(mail) => mail.debt_id}
                  dataOf={(mail) => ({ 'data-testid': 'undelivered-row', 'data-debt-id': mail.debt_id })}
                  isStale={query.isPlaceholderData}
                />
                <KeysetPager page={keyset.page} onPrevious={keyset.previous} onNext={keyset.nextBy(page.next)} />
              </>
            )}
          </QueryView>
        </Sheet>
      </Below>
    </Stack>
  )
}
