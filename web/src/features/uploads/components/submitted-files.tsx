import { Group, Title } from '@mantine/core'

import { ActButton } from '@/components/act-button'
import { EmptyState } from '@/components/empty-state'
import { IconInbox, IconRefresh } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'

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
        <QueryView
          query={query}
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
          {(uploads) => <UploadsTable uploads={uploads} />}
        </QueryView>
        <MoreButton query={query} label={t.uploads.more} testId="uploads-more" />
      </Sheet>
    </section>
  )
}
