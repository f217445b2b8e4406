import { Group, NativeSelect, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { ActButton } from '@/components/act-button'
import { EmptyState } from '@/components/empty-state'
import { IconInbox, IconRefresh, IconSearchOff } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { Periods } from '@/components/periods'
import { QueryView } from '@/components/query-view'
import { SearchField } from '@/components/search-field'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { periodOfAddress } from '@/lib/days'
import { useText } from '@/lib/i18n/locale-context'
import { useKeyset } from '@/lib/use-keyset'

import { checksQuery } from '../checks/api/get-checks'
import { WaitingChecks } from '../checks/components/waiting-checks'
import { useFiles } from '../state/files-context'
import { useFoundUploads } from '../state/use-uploads'

import classes from './submitted-files.module.css'
import { UploadsTable } from './uploads-table'

/** Live only while the stream is heard and asking works too. */
function Freshness({ isLive }: { isLive: boolean }) {
  const { t } = useText()
  return (
    <span
      className="flat"
      title={isLive ? t.uploads.liveHint : t.uploads.pollingHint}
      data-testid="freshness"
      data-freshness={isLive ? 'live' : 'polling'}
    >
      <StatusBadge
        status={isLive ? 'SENT' : 'ACKNOWLEDGED'}
        label={isLive ? t.uploads.live : t.uploads.polling}
      />
    </span>
  )
}

const STATES = ['', 'MOVING', 'TO_MEND', 'ATTENTION', 'DONE', 'REMOVED'] as const

/** Name, days and state, in the address: a bookmark is a view that is kept. */
function FileFilters({ keyset }: { keyset: ReturnType<typeof useKeyset> }) {
  const { t } = useText()
  const words = t.uploads
  const name = keyset.params.get('name') ?? ''
  return (
    <div className={classes.filters}>
      <Periods params={keyset.params} usual={null} onPick={keyset.filter} />
      <div className={classes.fields}>
        <SearchField
          key={name}
          label={words.find}
          placeholder={words.findPlaceholder}
          value={name}
          onSearch={(value) => keyset.filter({ name: value })}
        />
        <NativeSelect
          aria-label={words.stateFilter}
          value={keyset.params.get('state') ?? ''}
          onChange={(event) => keyset.filter({ state: event.currentTarget.value })}
          data={STATES.map((state) => ({ value: state, label: words.states[state] }))}
          data-testid="state-filter"
        />
      </div>
    </div>
  )
}

function NoFile({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useText()
  return isFiltered ? (
    <EmptyState
      icon={<IconSearchOff size={36} stroke={1.3} />}
      title={t.uploads.noMatchTitle}
      body={t.uploads.noMatchBody}
    />
  ) : (
    <EmptyState
      icon={<IconInbox size={36} stroke={1.3} />}
      title={t.uploads.emptyTitle}
      body={t.uploads.emptyBody}
    />
  )
}

/** The list of submitted files in its four states, kept fresh by itself. */
export function SubmittedFiles() {
  const { t } = useText()
  const { state } = useFiles()
  const keyset = useKeyset()
  const { params } = keyset
  const filter = { ...periodOfAddress(params), name: params.get('name'), state: params.get('state') }
  const isFiltered = Object.values(filter).some((value) => value !== null)
  const query = useFoundUploads(filter)
  const waiting = useQuery(checksQuery)
  // Both at once, so that neither pushes the other down; without the checks the list is told all the same.
  const both = waiting.isPending ? { ...query, data: undefined, isError: query.isError } : query
  return (
    <section aria-label={t.uploads.title}>
      <Group gap="sm">
        <Title order={2}>{t.uploads.title}</Title>
        <Freshness isLive={state.freshness === 'live' && !query.isError} />
        <ActButton
          ml="auto"
          label={t.common.refresh}
          icon={IconRefresh}
          act={() => query.refetch()}
          testId="refresh-uploads"
        />
      </Group>
      <FileFilters keyset={keyset} />
      <Sheet mt="sm">
        <WaitingChecks checks={!isFiltered && query.data && waiting.data ? waiting.data.records : []} />
        <QueryView
          query={both}
          loadingRows={12}
          isEmpty={({ uploads }) => uploads.length === 0}
          empty={<NoFile isFiltered={isFiltered} />}
        >
          {({ uploads, days }) => (
            <UploadsTable uploads={uploads} days={days} isStale={query.isPlaceholderData} />
          )}
        </QueryView>
        <MoreButton query={query} label={t.uploads.more} testId="uploads-more" />
      </Sheet>
    </section>
  )
}
