import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'

import { LoadingRows } from '@/components/loading-rows'
import { PdfDialog } from '@/features/billings/components/pdf-dialog'
import { EmailTabs } from '@/features/emails/components/email-tabs'
import { OutboxSection } from '@/features/outbox/components/outbox-section'
import { uploadQuery } from '@/features/uploads/api/get-upload'
import { useUploads } from '@/features/uploads/state/use-uploads'
import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

/** The file whose mails are shown: the one the address names, else the newest in the outbox. */
function useShownUpload() {
  const [params] = useSearchParams()
  const named = params.get('upload_id')
  const list = useUploads()
  const uploads = (list.data ?? []).filter((upload) => upload.accepted > 0)
  const asked = useQuery({ ...uploadQuery(named ?? ''), enabled: named !== null })
  const newest = uploads.find((upload) => upload.mail === 'outbox') ?? uploads[0]
  return {
    uploads,
    upload: (named === null ? newest : asked.data) ?? null,
    isKnown: named === null ? !list.isPending : !asked.isPending,
  }
}

export default function OutboxPage() {
  const { t } = useText()
  const { upload, uploads, isKnown } = useShownUpload()
  return (
    <Stack gap="md">
      {/* Of a file that is not known nothing is said, in the room that its words will take. */}
      <PageTitle title={t.outbox.title} lead={(upload && t.outbox.lead[upload.mail]) ?? '\u00a0'} />
      <EmailTabs />
      {isKnown ? (
        <OutboxSection
          upload={upload}
          uploads={uploads}
          renderPdf={({ debtId, ...props }) => <PdfDialog billing={{ debt_id: debtId }} {...props} />}
        />
      ) : (
        <LoadingRows rows={16} />
      )}
    </Stack>
  )
}
