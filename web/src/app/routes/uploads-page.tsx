import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { MailMode } from '@/components/mail-mode'
import { MailHolds } from '@/features/outbox/components/mail-holds'
import { FileDrop } from '@/features/uploads/components/file-drop'
import { SubmittedFiles } from '@/features/uploads/components/submitted-files'
import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

export function UploadsPage() {
  const { t } = useText()
  const about = useQuery(aboutQuery)
  return (
    <Stack gap="md">
      <Stack gap={6}>
        <PageTitle title={t.file.title} lead={t.file.lead} />
        <MailMode mail={about.data?.mail} />
      </Stack>
      <MailHolds>
        <Stack gap="xl">
          <FileDrop bytesMax={about.data?.upload_bytes_max ?? null} />
          <SubmittedFiles />
        </Stack>
      </MailHolds>
    </Stack>
  )
}
