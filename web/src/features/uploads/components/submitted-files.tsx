import { Group, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { ActButton } from '@/components/act-button'
import { EmptyState } from '@/components/empty-state'
import { IconInbox, IconRefresh } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'

import { checksQuery } from '../checks/api/get-checks'
import { WaitingChecks } from '../checks/components/waiting-checks'
import { useFiles } from '../state/files-context'
import { useUploads } from '../state/use-uploads'

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

/** The list of submitted files in its four states, kept fresh by itself. */
export function SubmittedFiles() {
  const { t } = useText()
  const { state } = useFiles()
  const query = useUploads()
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
      <Sheet mt="sm">
        <WaitingChecks checks={query.data && waiting.data ? waiting.data.records : []} />
        <QueryView
          query={both}
          loadingRows={12}
          isEmpty={(uploads) => uploads.length === 0}
          empty={
            <EmptyState
              icon={<IconInbox size={36} stroke={1.3} />}
              title={t.uploads.emptyTitle}
              body={t.uploads.emptyBody}
            />
          }
        >
          {(uploads) => <UploadsTable uploads={uploads} hasMore={query.hasNextPage} />}
        </QueryView>
        <MoreButton query={query} label={t.uploads.more} testId="uploads-more" />
      </Sheet>
    </section>
  )
}
