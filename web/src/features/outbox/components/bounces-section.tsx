import { Group, Text, Title } from '@mantine/core'
import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { ActButton } from '@/components/act-button'
import { Below } from '@/components/below'
import { IconDownload } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { ProblemAlert } from '@/components/problem-alert'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { saveCsv } from '@/lib/save-csv'
import type { Bounce } from '@/lib/schemas'
import { useKeyset } from '@/lib/use-keyset'

import { bouncesQuery } from '../api/get-bounces'

import { BouncesTable } from './bounces-table'

type BouncedUpload = { uploadId: string; uploadName: string }

type BouncesSectionProps = BouncedUpload & {
  /** Waits until it is known what stands above it, so that it never moves. */
  below: ReactNode
}

/** The mails of an upload that came back. Most uploads have none: then nothing is shown. */
export function BouncesSection({ uploadId, uploadName, below }: BouncesSectionProps) {
  const query = useInfiniteQuery(bouncesQuery(uploadId))
  return (
    <>
      <Bounces query={query} uploadId={uploadId} uploadName={uploadName} />
      <Below isKnown={!query.isPending}>{below}</Below>
    </>
  )
}

type BouncesProps = BouncedUpload & { query: UseInfiniteQueryResult<Bounce[]> }

function Bounces({ uploadId, uploadName, query }: BouncesProps) {
  const { t, locale } = useText()
  const keyset = useKeyset()
  const bounces = query.data ?? []
  if (bounces.length === 0 && !query.isError) return null
  const again = query.isFetchNextPageError ? query.fetchNextPage : query.refetch
  return (
    <section aria-label={t.bounces.title} data-testid="bounces">
      <Group gap="xs">
        <Title order={2}>{t.bounces.title}</Title>
        {bounces.length > 0 && (
          <ActButton
            ml="auto"
            label={t.bounces.download}
            icon={IconDownload}
            act={() =>
              saveCsv({
                path: '/mail/bounces.csv',
                values: { upload_id: uploadId },
                uploadName,
                about: 'bounces',
                locale,
              })
            }
            testId="bounces-download"
          />
        )}
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
