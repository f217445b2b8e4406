import { Anchor, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'

import { IconArrowLeft } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { BillingsSection } from '@/features/billings/components/billings-section'
import { BouncesSection } from '@/features/mailbox/components/bounces-section'
import { uploadQuery } from '@/features/uploads/api/get-upload'
import { UploadSummary } from '@/features/uploads/components/upload-summary'
import { useFiles } from '@/features/uploads/state/files-context'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload } from '@/lib/schemas'
import { isUploadAtRest } from '@/lib/statuses'

import { PageTitle } from './page-title'

/** The newer of what the list's stream told and what was asked for here. */
function newer(told: Upload | undefined, asked: Upload): Upload {
  return told !== undefined && told.updatedat >= asked.updatedat ? told : asked
}

export function UploadPage() {
  const { t } = useText()
  const { uploadId = '' } = useParams()
  const { state } = useFiles()
  const told = state.submitted.records.find((upload) => upload.id === uploadId)
  const query = useQuery(uploadQuery(uploadId))
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
      <QueryView query={query}>
        {(asked) => {
          const upload = newer(told, asked)
          return (
            <>
              <PageTitle title={upload.name} />
              <Sheet p={{ base: 'md', sm: 'lg' }} label={t.file.details}>
                <UploadSummary upload={upload} />
              </Sheet>
              {/* Only what a mail server took can come back. */}
              {upload.mail === 'smtp' && (
                <BouncesSection uploadId={uploadId} uploadName={upload.name} />
              )}
              <BillingsSection
                uploadId={uploadId}
                statuses={upload.statuses}
                isMoving={!isUploadAtRest(upload.status)}
              />
            </>
          )
        }}
      </QueryView>
    </Stack>
  )
}
