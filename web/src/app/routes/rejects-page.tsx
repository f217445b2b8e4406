import { Anchor, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'

import { IconArrowLeft } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { reasonsQuery } from '@/features/rejects/api/rejects'
import { RejectsSection } from '@/features/rejects/components/rejects-section'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { RejectsSummary } from '@/lib/schemas'

import { PageTitle } from './page-title'

/** How many rows are out, and how much money that is. */
function Lead({ summary }: { summary: RejectsSummary }) {
  const { t, format } = useText()
  const money = format.money(summary.amount_cents)
  const isAll = summary.with_amount === summary.rejected_open
  return (
    <>
      {t.rejects.lead(format.integer(summary.rejected_open), format.integer(summary.rejected))}{' '}
      {summary.with_amount > 0 &&
        (isAll ? t.rejects.sum(money) : t.rejects.sumOf(money, format.integer(summary.with_amount)))}
    </>
  )
}

export default function RejectsPage() {
  const { t } = useText()
  const { uploadId = '' } = useParams()
  const query = useQuery(reasonsQuery(uploadId))
  return (
    <Stack gap="lg">
      <Group>
        <Anchor component={Link} to={paths.upload(uploadId)} size="sm" className="breaks">
          <Group gap={6} component="span" wrap="nowrap">
            <IconArrowLeft size={16} aria-hidden="true" />
            {query.data?.name ?? t.rejects.back}
          </Group>
        </Anchor>
      </Group>
      <PageTitle
        title={t.rejects.title}
        lead={query.data === undefined ? '\u00a0' : <Lead summary={query.data} />}
      />
      <QueryView query={query} loadingRows={20}>
        {(summary) => <RejectsSection key={summary.upload_id} summary={summary} />}
      </QueryView>
    </Stack>
  )
}
