import { Alert, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import { EmptyState } from '@/components/empty-state'
import { IconSearchOff } from '@/components/icons'
import { OpenLink, RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Billing, FoundPayer, SearchAnswer } from '@/lib/schemas'

/** What the API counts up to. */
const COUNTED_MAX = 1_000

function PayersTable({ payers, isStale }: { payers: FoundPayer[]; isStale: boolean }) {
  const { t, format } = useText()
  const columns: Column<FoundPayer>[] = [
    {
      title: t.billings.payer,
      isText: true,
      cell: (payer) => (
        <>
          <OpenLink to={paths.payer(payer.payer_id)} testId="open-payer">
            {payer.name || t.billings.payerNotShown}
          </OpenLink>
          <Sub>{payer.email}</Sub>
        </>
      ),
    },
    { title: t.billings.taxId, cell: (payer) => formatTaxId(payer.tax_id) },
    {
      title: t.find.count,
      isNumber: true,
      card: 'aside',
      cell: ({ billings }) => {
        const count = format.integer(billings)
        return billings < COUNTED_MAX ? count : t.find.many(count)
      },
    },
  ]
  return (
    <RecordsTable
      label={t.find.payers}
      columns={columns}
      records={payers}
      idOf={(payer) => payer.payer_id}
      dataOf={() => ({ 'data-testid': 'payer-row' })}
      isStale={isStale}
    />
  )
}

function Nothing({ tried }: { tried: SearchAnswer['tried'] }) {
  const { t } = useText()
  const words = t.find
  const kinds = tried.map((kind) => words.kinds[kind]).join(words.or)
  return (
    <EmptyState
      icon={<IconSearchOff size={36} stroke={1.3} />}
      title={words.noneTitle}
      body={words.tried(kinds)}
    />
  )
}

type SearchResultsProps = {
  answer: SearchAnswer
  isStale: boolean
  renderBillings: (billings: Billing[]) => ReactNode
}

/** What was found, by payer where no billing was named; else what was tried. */
export function SearchResults({ answer, isStale, renderBillings }: SearchResultsProps) {
  const { t, format } = useText()
  const { billings, payers, tried, more, pending_uploads: pending } = answer
  const count = billings.length + payers.length
  return (
    <Stack gap="md" data-testid="search-results" data-stale={isStale}>
      <Text size="sm" c="dimmed" role="status">
        {t.find.found(count, format.integer(count))}
      </Text>
      {pending > 0 && (
        <Alert color="yellow" data-testid="search-pending">
          {t.find.pending(pending, format.integer(pending))}
        </Alert>
      )}
      {count === 0 && (
        <Sheet>
          <Nothing tried={tried} />
        </Sheet>
      )}
      {payers.length > 0 && (
        <section aria-label={t.find.payers}>
          <Title order={2}>{t.find.payers}</Title>
          <Sheet mt="sm">
            <PayersTable payers={payers} isStale={isStale} />
          </Sheet>
        </section>
      )}
      {billings.length > 0 && (
        <section aria-label={t.find.billings}>
          <Title order={2}>{t.find.billings}</Title>
          <Sheet mt="sm">{renderBillings(billings)}</Sheet>
        </section>
      )}
      {more && <Text size="sm">{t.find.more}</Text>}
    </Stack>
  )
}
