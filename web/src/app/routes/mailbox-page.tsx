import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { MailboxSection } from '@/features/mailbox/components/mailbox-section'
import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

export function MailboxPage() {
  const { t } = useText()
  const about = useQuery(aboutQuery)
  return (
    <Stack gap="md">
      <PageTitle title={t.mailbox.title} lead={t.mailbox.lead[about.data?.mail ?? 'outbox']} />
      <MailboxSection />
    </Stack>
  )
}
