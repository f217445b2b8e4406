import { Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'

import { ActButton } from '@/components/act-button'
import { IconDownload } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { QueryView } from '@/components/query-view'
import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import type { Remittance } from '@/lib/schemas'
import type { StatusTone } from '@/lib/statuses'

import { remittancesQuery, saveRemittance } from '../api/remittances'

const TONES: Partial<Record<string, StatusTone>> = {
  NONE: 'waiting',
  WAITING: 'working',
  DELIVERED: 'done',
  STOPPED: 'failed',
}

function useColumns(): Column<Remittance>[] {
  const { t, format } = useText()
  const words = t.bank.files
  return [
    {
      title: words.name,
      isText: true,
      cell: (one) => (
        <>
          {one.name}
          <Sub>{format.instant(one.createdat)}</Sub>
        </>
      ),
    },
    { title: words.sequence, isNumber: true, card: 'titled', cell: (one) => format.integer(one.sequence) },
    { title: words.titles, isNumber: true, card: 'titled', cell: (one) => format.integer(one.titles) },
    { title: words.amount, isNumber: true, card: 'titled', cell: (one) => format.money(one.amount_cents) },
    {
      title: words.delivery,
      card: 'wide',
      cell: (one) => (
        <>
          <StatusBadge
            status={one.delivery}
            tone={TONES[one.delivery] ?? 'waiting'}
            label={t.bank.delivery[one.delivery] ?? one.delivery}
          />
          {one.delivery_error !== null && <Sub>{one.delivery_error}</Sub>}
          {one.deliveredat !== null && <Sub>{format.instant(one.deliveredat)}</Sub>}
        </>
      ),
    },
    {
      title: words.download,
      card: 'wide',
      cell: (one) => (
        <ActButton
          label={words.download}
          aria-label={words.downloadOf(one.name)}
          icon={IconDownload}
          act={() => saveRemittance(one)}
          testId="remittance-download"
        />
      ),
    },
  ]
}

/** Every file that was made for the bank, newest first. */
export function RemittanceFiles() {
  const { t } = useText()
  const words = t.bank.files
  const query = useInfiniteQuery(remittancesQuery)
  const columns = useColumns()
  return (
    <section aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      <Sheet mt="sm">
        <QueryView
          query={query}
          loadingRows={4}
          isEmpty={(records) => records.length === 0}
          empty={
            <Text size="sm" c="dimmed" p="md">
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
                idOf={(one) => one.id}
                dataOf={(one) => ({ 'data-testid': 'remittance-row', 'data-delivery': one.delivery })}
              />
              <MoreButton query={query} label={words.more} testId="remittances-more" />
            </>
          )}
        </QueryView>
      </Sheet>
    </section>
  )
}
