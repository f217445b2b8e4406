import { Anchor, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'

import { IconArrowLeft } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { BillingsSection } from '@/features/billings/components/billings-section'
import { queryOf } from '@/features/billings/list/list-filter'
import { BulkActions } from '@/features/jobs/components/bulk-actions'
import { Jobs } from '@/features/jobs/components/jobs'
import { TakeOut } from '@/features/jobs/components/take-out'
import { BouncesSection } from '@/features/outbox/components/bounces-section'
import { uploadQuery } from '@/features/uploads/api/get-upload'
import { UploadSummary } from '@/features/uploads/components/upload-summary'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import { useKeyset } from '@/lib/use-keyset'

import { PageTitle } from './page-title'

export default function UploadPage() {
  const { t } = useText()
  const { uploadId = '' } = useParams()
  const query = useQuery(uploadQuery(uploadId))
  const { params } = useKeyset()
  const filter = queryOf(params, uploadId)
  const takeOut = <TakeOut filter={filter} />
  const actions = <BulkActions filter={filter} />
  return (
    <Stack gap="lg">
      <Group>
        <Anchor component={Link} to={paths.uploads} size="sm">
          <Group gap={6} component="span">
            <IconArrowLeft size={16} aria-hidden="true" />
            {t.billings.back}
          </Group>
        </Anchor>
      </Group>
      {query.data === undefined && <PageTitle title={t.app.uploads} />}
      <QueryView query={query} loadingRows={16}>
        {(upload) => (
          <>
            <PageTitle title={upload.name} />
            <Sheet isRoomy label={t.file.details}>
              <UploadSummary upload={upload} />
            </Sheet>
            <Jobs
              below={
                // Only what a mail server took can come back.
                upload.mail === 'smtp' ? (
                  <BouncesSection
                    uploadId={uploadId}
                    uploadName={upload.name}
                    below={<BillingsSection upload={upload} takeOut={takeOut} actions={actions} />}
                  />
                ) : (
                  <BillingsSection upload={upload} takeOut={takeOut} actions={actions} />
                )
              }
            />
          </>
        )}
      </QueryView>
    </Stack>
  )
}
