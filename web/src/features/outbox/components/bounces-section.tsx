import { Button, Group, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'

import { IconDownload } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { ProblemAlert } from '@/components/problem-alert'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { useKeyset } from '@/lib/use-keyset'

import { downloadBounces } from '../api/download-bounces'
import { bouncesQuery } from '../api/get-bounces'

import { BouncesTable } from './bounces-table'

type BouncesSectionProps = { uploadId: string; uploadName: string }

function Download({ uploadId, uploadName }: BouncesSectionProps) {
  const { t, locale } = useText()
  const download = useMutation({
    mutationFn: () => downloadBounces(uploadId, uploadName, locale),
  })
  return (
    <>
      <Button
        ml="auto"
        size="xs"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden="true" />}
        loading={download.isPending}
        onClick={() => download.mutate()}
        data-testid="bounces-download"
      >
        {t.bounces.download}
      </Button>
      {download.isError && <ProblemAlert error={download.error} />}
    </>
  )
}

/** The mails of an upload that came back. Most uploads have none: then nothing is shown. */
export function BouncesSection({ uploadId, uploadName }: BouncesSectionProps) {
  const { t } = useText()
  const keyset = useKeyset()
  const query = useInfiniteQuery(bouncesQuery(uploadId))
  const bounces = query.data ?? []
  if (bounces.length === 0 && !query.isError) return null
  const again = query.isFetchNextPageError ? query.fetchNextPage : query.refetch
  return (
    <section aria-label={t.bounces.title} data-testid="bounces">
      <Group gap="xs">
        <Title order={2}>{t.bounces.title}</Title>
        {bounces.length > 0 && <Download uploadId={uploadId} uploadName={uploadName} />}
      </Group>
      {bounces.length > 0 && (
        <Text size="sm" c="dimmed" maw={720} mt={4}>
          {t.bounces.lead}
        </Text>
      )}
      <Sheet mt="sm">
        {bounces.length > 0 && (
          <BouncesTable
            bounces={bounces}
            onOpen={(debtId) => keyset.set('billing', debtId)}
          />
        )}
        {query.isError && <ProblemAlert error={query.error} onRetry={() => void again()} />}
        <MoreButton query={query} label={t.bounces.more} testId="bounces-more" />
      </Sheet>
    </section>
  )
}
