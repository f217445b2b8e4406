import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { MailMode } from '@/components/mail-mode'
import { MailHolds } from '@/features/outbox/components/mail-holds'
import { FileDrop } from '@/features/uploads/components/file-drop'
import { NeedsYou } from '@/features/uploads/today/needs-you'
import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

/** What to do first in the morning. */
export default function HomePage() {
  const { t, format } = useText()
  const about = useQuery(aboutQuery)
  const today = format.today(new Date())
  return (
    <Stack gap="xl">
      <MailHolds />
      <PageTitle title={t.today.page} lead={today} />
      <NeedsYou
        below={
      <Stack gap="sm">
        <FileDrop bytesMax={about.data?.upload_bytes_max ?? null} />
        <MailMode mail={about.data?.mail} />
      </Stack>
        }
      />
    </Stack>
  )
}
