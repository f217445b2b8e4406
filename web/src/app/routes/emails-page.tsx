import { Stack } from '@mantine/core'

import { BillingDrawer } from '@/features/billings/components/billing-drawer'
import { BlockedSection } from '@/features/emails/components/blocked-section'
import { EmailTabs, useEmailsTab } from '@/features/emails/components/email-tabs'
import { UndeliveredSection } from '@/features/emails/components/undelivered-section'
import { useText } from '@/lib/i18n/locale-context'
import { useKeyset } from '@/lib/use-keyset'

import { PageTitle } from './page-title'

/** What did not arrive, over all files, and what can be done about it. */
export default function EmailsPage() {
  const { t } = useText()
  const tab = useEmailsTab()
  const keyset = useKeyset()
  return (
    <Stack gap="md">
      <PageTitle title={t.emails.title} lead={t.emails.leads[tab]} />
      <EmailTabs />
      {tab === 'BLOCKED' ? <BlockedSection /> : <UndeliveredSection key={tab} state={tab} />}
      <BillingDrawer
        debtId={keyset.params.get('billing')}
        mail={null}
        onClose={() => keyset.set('billing', null)}
      />
    </Stack>
  )
}
