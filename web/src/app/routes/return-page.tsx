import { Anchor, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link, useParams } from 'react-router'

import { IconArrowLeft } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { returnQuery } from '@/features/bank/api/returns'
import { ReturnRecords } from '@/features/bank/components/return-records'
import { ReturnSummary } from '@/features/bank/components/return-summary'
import { BillingDrawer } from '@/features/billings/components/billing-drawer'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import { useKeyset } from '@/lib/use-keyset'
import { useReread } from '@/lib/use-reread'

import { PageTitle } from './page-title'

/** One return file. What it was posted for changes billings, lists and sums. */
function useReturn(returnId: string) {
  const reread = useReread()
  const [wanted, setWanted] = useState<string | null>(null)
  const isWanted = wanted === returnId
  const query = useQuery(returnQuery(returnId, isWanted))
  const settled = `${query.data?.verdict ?? ''} ${query.data?.postedat ?? ''}`
  useEffect(() => {
    if (settled !== ' ') void reread()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled])
  const isPosting = isWanted && query.data?.postedat === null
  return { query, isPosting, want: () => setWanted(returnId) }
}

export default function ReturnPage() {
  const { t } = useText()
  const { returnId = '' } = useParams()
  const { params, set } = useKeyset()
  const { query, isPosting, want } = useReturn(returnId)
  return (
    <Stack gap="lg">
      <Group>
        <Anchor component={Link} to={paths.returns} size="sm">
          <Group gap={6} component="span" wrap="nowrap">
            <IconArrowLeft size={16} aria-hidden="true" />
            {t.bank.returned.back}
          </Group>
        </Anchor>
      </Group>
      <PageTitle title={query.data?.name ?? t.bank.returns} />
      <QueryView query={query} loadingRows={14}>
        {(file) => (
          <Stack gap="lg" key={file.return_id}>
            <ReturnSummary file={file} isPosting={isPosting} onPost={want} />
            {(file.tally?.records ?? 0) > 0 && (
              <ReturnRecords file={file} onOpen={(debt) => set('billing', debt)} />
            )}
          </Stack>
        )}
      </QueryView>
      <BillingDrawer
        debtId={params.get('billing')}
        mail={null}
        onClose={() => set('billing', null)}
      />
    </Stack>
  )
}
