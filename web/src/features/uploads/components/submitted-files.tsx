import { Alert, Button, Group, Title, Tooltip } from '@mantine/core'

import { EmptyState } from '@/components/empty-state'
import { IconInbox, IconRefresh } from '@/components/icons'
import { LoadingRows } from '@/components/loading-rows'
import { ProblemAlert } from '@/components/problem-alert'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'

import { useFiles } from '../state/files-context'

import { UploadsTable } from './uploads-table'

function Heading() {
  const { t } = useText()
  const { state, freshness, refresh } = useFiles()
  const isLive = freshness === 'live'
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="sm">
        <Title order={2}>{t.uploads.title}</Title>
        <Tooltip label={isLive ? t.uploads.liveHint : t.uploads.pollingHint}>
          <span data-testid="freshness" data-freshness={freshness} style={{ lineHeight: 0 }}>
            <StatusBadge
              status={isLive ? 'SENT' : 'ACKNOWLEDGED'}
              label={isLive ? t.uploads.live : t.uploads.polling}
            />
          </span>
        </Tooltip>
      </Group>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={16} aria-hidden="true" />}
        loading={state.submitted.refreshing}
        onClick={() => void refresh()}
        data-testid="refresh-uploads"
      >
        {t.common.refresh}
      </Button>
    </Group>
  )
}

function Body() {
  const { t } = useText()
  const { state, refresh, readMore } = useFiles()
  const { phase, records, next, problem, refreshing } = state.submitted
  if (phase === 'loading') return <LoadingRows />
  if (phase === 'failed') return <ProblemAlert error={problem} onRetry={() => void refresh()} />
  return (
    <>
      {problem !== null && (
        <Alert color="yellow" role="status" data-testid="uploads-stale">
          {t.uploads.stale}
        </Alert>
      )}
      {records.length === 0 ? (
        <EmptyState
          icon={<IconInbox size={36} stroke={1.3} />}
          title={t.uploads.emptyTitle}
          body={t.uploads.emptyBody}
        />
      ) : (
        <UploadsTable uploads={records} onRemoved={refresh} />
      )}
      {next !== null && (
        <Group justify="center" p="sm">
          <Button variant="subtle" size="xs" loading={refreshing} onClick={() => void readMore()}>
            {t.uploads.more}
          </Button>
        </Group>
      )}
    </>
  )
}

/** The list of submitted files in its four states, kept fresh by itself. */
export function SubmittedFiles() {
  const { t } = useText()
  return (
    <section aria-label={t.uploads.title}>
      <Heading />
      <Sheet mt="sm">
        <Body />
      </Sheet>
    </section>
  )
}
