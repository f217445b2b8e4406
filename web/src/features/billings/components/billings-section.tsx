import { Button, Group, NativeSelect, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { EmptyState } from '@/components/empty-state'
import { IconInbox, IconSearchOff } from '@/components/icons'
import { KeysetPager } from '@/components/keyset-pager'
import { QueryView } from '@/components/query-view'
import { SearchField } from '@/components/search-field'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'
import { BILLING_STATUSES, billingWord, isUploadAtRest } from '@/lib/statuses'
import { useKeyset } from '@/lib/use-keyset'

import { billingsQuery } from '../api/get-billings'

import { BillingDrawer } from './billing-drawer'
import { BillingsTable } from './billings-table'

type FilterProps = { upload: Upload; keyset: ReturnType<typeof useKeyset> }

function Filters({ keyset, upload }: FilterProps) {
  const { t, format } = useText()
  const search = keyset.params.get('search') ?? ''
  const label = (status: string) => {
    const count = upload.statuses[status]
    const word = billingWord(t, status, upload.mail)
    return count === undefined ? word : `${word} (${format.integer(count)})`
  }
  return (
    <Group p="sm" gap="sm">
      <SearchField
        key={search}
        label={t.billings.searchLabel}
        placeholder={t.billings.searchPlaceholder}
        value={search}
        onSearch={(value) => keyset.filter({ search: value })}
      />
      <NativeSelect
        aria-label={t.billings.statusFilter}
        value={keyset.params.get('status') ?? ''}
        onChange={(event) => keyset.filter({ status: event.currentTarget.value })}
        data={[
          { value: '', label: t.billings.all },
          ...BILLING_STATUSES.map((status) => ({ value: status, label: label(status) })),
        ]}
        data-testid="status-filter"
      />
    </Group>
  )
}

function Nothing({ keyset }: { keyset: ReturnType<typeof useKeyset> }) {
  const { t } = useText()
  const isFiltered = keyset.params.has('search') || keyset.params.has('status')
  if (!isFiltered) {
    return (
      <EmptyState
        icon={<IconInbox size={36} stroke={1.3} />}
        title={t.billings.emptyTitle}
        body={t.billings.emptyBody}
      />
    )
  }
  return (
    <EmptyState
      icon={<IconSearchOff size={36} stroke={1.3} />}
      title={t.billings.noMatchTitle}
      body={t.billings.noMatchBody}
      action={
        <Button
          variant="subtle"
          size="xs"
          onClick={() => keyset.filter({ search: null, status: null })}
        >
          {t.billings.clearFilters}
        </Button>
      }
    />
  )
}

/** The billings of an upload: search, filter, pages, and one billing opened beside them. */
export function BillingsSection({ upload }: { upload: Upload }) {
  const { t } = useText()
  const keyset = useKeyset()
  const filter = {
    uploadId: upload.id,
    status: keyset.params.get('status'),
    search: keyset.params.get('search'),
    after: keyset.after,
  }
  const query = useQuery(billingsQuery(filter, !isUploadAtRest(upload.status)))
  return (
    <section aria-label={t.billings.title}>
      <Title order={2}>{t.billings.title}</Title>
      <Sheet mt="sm">
        <Filters keyset={keyset} upload={upload} />
        <QueryView
          query={query}
          loadingRows={12}
          isEmpty={(page) => page.records.length === 0}
          empty={<Nothing keyset={keyset} />}
        >
          {(page) => (
            <>
              <BillingsTable
                billings={page.records}
                fileOf={() => upload}
                isStale={query.isPlaceholderData}
                onOpen={(debtId) => keyset.set('billing', debtId)}
              />
              <KeysetPager
                page={keyset.page}
                onPrevious={keyset.previous}
                onNext={keyset.nextBy(page.next)}
              />
            </>
          )}
        </QueryView>
      </Sheet>
      <BillingDrawer
        debtId={keyset.params.get('billing')}
        mail={upload.mail}
        onClose={() => keyset.set('billing', null)}
      />
    </section>
  )
}
