import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'

import { EmptyState } from '@/components/empty-state'
import { IconFilter, IconInbox, IconSearchOff } from '@/components/icons'
import { KeysetPager } from '@/components/keyset-pager'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { Billing } from '@/lib/schemas'
import { BILLING_STATUSES } from '@/lib/statuses'
import type { useKeyset } from '@/lib/use-keyset'

import { billingsQuery } from '../api/get-billings'

import { ActiveFilters } from './active-filters'
import { FilterPanel } from './filter-panel'
import { filterChanges, isFiltered, queryOf, quickChanges } from './list-filter'
import classes from './list.module.css'
import { QuickFilters } from './quick-filters'

const REASONS = ['ADDRESS', 'MAILBOX_FULL', 'REFUSED', 'NO_ANSWER', 'OTHER'] as const

type BillingsListProps = {
  keyset: ReturnType<typeof useKeyset>
  /** Within one file; otherwise over all of them. */
  uploadId?: string
  /** Statuses change by themselves as yet. */
  isMoving: boolean
  /** How a status is said here. */
  wordOf: (status: string) => string
  /** A search beside the filters. */
  search?: ReactNode
  fileField?: ReactNode
  fileName?: string | null
  /** What can be done to all that is filtered. */
  actions?: ReactNode
  /** What is said where nothing is billed at all. */
  empty: { title: string; body: string }
  renderTable: (billings: Billing[], isStale: boolean) => ReactNode
}

function Nothing({ keyset, empty }: Pick<BillingsListProps, 'keyset' | 'empty'>) {
  const { t } = useText()
  const words = t.listing
  if (!isFiltered(keyset.params)) {
    return <EmptyState icon={<IconInbox size={36} stroke={1.3} />} title={empty.title} body={empty.body} />
  }
  const isSearched = keyset.params.has('search')
  return (
    <EmptyState
      icon={<IconSearchOff size={36} stroke={1.3} />}
      title={isSearched ? t.billings.noMatchTitle : words.noMatchTitle}
      body={isSearched ? t.billings.noMatchBody : words.noMatchBody}
    />
  )
}

type BarProps = Pick<BillingsListProps, 'keyset' | 'search' | 'fileField' | 'wordOf'>

/** Status and reason at once; what needs typing behind a button. */
function FilterBar({ keyset, search, fileField, wordOf }: BarProps) {
  const { t } = useText()
  const words = t.listing
  const [isOpen, setOpen] = useState(false)
  const { params } = keyset
  const change = (changes: Record<string, string | null>) => keyset.filter(filterChanges(params, changes))
  return (
    <>
      <div className={classes.bar}>
        {search}
        <NativeSelect
          aria-label={t.billings.statusFilter}
          value={params.get('status') ?? ''}
          onChange={(event) => change({ status: event.currentTarget.value })}
          data={[
            { value: '', label: words.anyStatus },
            ...BILLING_STATUSES.map((status) => ({ value: status, label: wordOf(status) })),
          ]}
          data-testid="status-filter"
        />
        <NativeSelect
          aria-label={words.reasonLabel}
          value={params.get('reason') ?? ''}
          onChange={(event) => change({ reason: event.currentTarget.value })}
          data={[
            { value: '', label: words.anyReason },
            ...REASONS.map((reason) => ({ value: reason, label: words.reasons[reason] })),
          ]}
          data-testid="reason-filter"
        />
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden="true" />}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          data-testid="filters"
        >
          {words.filters}
        </Button>
      </div>
      {isOpen && (
        <FilterPanel key={params.toString()} params={params} onFilter={change} fileField={fileField} />
      )}
    </>
  )
}

/** Billings of a file or of all: quick filters, filters, the table, pages by key. */
export function BillingsList(props: BillingsListProps) {
  const { keyset, uploadId, isMoving, fileName = null, actions, renderTable } = props
  const { t } = useText()
  const filter = queryOf(keyset.params, uploadId)
  const query = useQuery(billingsQuery({ filter, after: keyset.after }, isMoving))
  return (
    <div className={classes.list}>
      <QuickFilters
        uploadId={uploadId}
        isMoving={isMoving}
        picked={keyset.params.get('quick') ?? (keyset.params.has('status') ? '' : 'all')}
        onPick={(name) => keyset.filter(quickChanges(name))}
      />
      <Sheet>
        <FilterBar {...props} />
        <ActiveFilters keyset={keyset} fileName={fileName} />
        {actions && <div className={classes.actions}>{actions}</div>}
        <div className={classes.results}>
        <QueryView
          query={query}
          loadingRows={24}
          isEmpty={(page) => page.records.length === 0 && page.next === null && keyset.page === 1}
          empty={<Nothing {...props} />}
        >
          {(page) => (
            <>
              {page.records.length === 0 ? (
                <p className={classes.onwards}>{page.next === null ? t.listing.noMatchTitle : t.listing.onwards}</p>
              ) : (
                renderTable(page.records, query.isPlaceholderData)
              )}
              <KeysetPager page={keyset.page} onPrevious={keyset.previous} onNext={keyset.nextBy(page.next)} />
            </>
          )}
        </QueryView>
        </div>
      </Sheet>
    </div>
  )
}
