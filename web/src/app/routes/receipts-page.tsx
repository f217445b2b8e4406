import { Stack } from '@mantine/core'

import { daysOf, DAYS_USUAL, ReceivedSection } from '@/features/receipts/components/received-section'
import { SuspenseSection } from '@/features/receipts/components/suspense-section'
import { useText } from '@/lib/i18n/locale-context'
import { useKeyset } from '@/lib/use-keyset'

import { PageTitle } from './page-title'

export default function ReceiptsPage() {
  const { t } = useText()
  const { params, set } = useKeyset()
  return (
    <Stack gap="lg">
      <PageTitle title={t.receipts.title} lead={t.receipts.lead} />
      <ReceivedSection
        days={daysOf(params.get('days'))}
        onPeriod={(days) => set('days', days === DAYS_USUAL ? null : String(days))}
      >
        <SuspenseSection />
      </ReceivedSection>
    </Stack>
  )
}
