import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { BillingsList } from '@/features/billings/list/billings-list'
import { queryOf } from '@/features/billings/list/list-filter'
import classes from '@/features/billings/list/list.module.css'
import { BulkActions } from '@/features/jobs/components/bulk-actions'
import { Jobs } from '@/features/jobs/components/jobs'
import { TakeOut } from '@/features/jobs/components/take-out'
import { uploadQuery } from '@/features/uploads/api/get-upload'
import { FileChoice } from '@/features/uploads/components/file-choice'
import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'
import { billingWord } from '@/lib/statuses'
import { useKeyset } from '@/lib/use-keyset'

import { BillingsOfFiles } from '../billings-of-files'

import { PageTitle } from './page-title'

/** The billings of all files. Its filters are in the address, so that a bookmark is a saved view. */
export default function BillingsPage() {
  const { t } = useText()
  const words = t.listing
  const keyset = useKeyset()
  const filter = queryOf(keyset.params)
  const about = useQuery(aboutQuery)
  const uploadId = keyset.params.get('upload_id')
  const file = useQuery({ ...uploadQuery(uploadId ?? ''), enabled: uploadId !== null, refetchInterval: false })
  return (
    <Stack gap="md">
      <div className={classes.head}>
        <PageTitle title={words.title} lead={words.lead} />
        <TakeOut filter={filter} />
      </div>
      <Jobs
        below={
          <BillingsList
            keyset={keyset}
            isMoving={false}
            wordOf={(status) => billingWord(t, status, about.data?.mail ?? '')}
            fileField={<FileChoice chosen={file.data ?? null} chosenId={uploadId} />}
            fileName={file.data?.name ?? null}
            actions={<BulkActions filter={filter} />}
            empty={{ title: words.emptyTitle, body: words.emptyBody }}
            renderTable={(billings, isStale) => <BillingsOfFiles billings={billings} isStale={isStale} />}
          />
        }
      />
    </Stack>
  )
}
