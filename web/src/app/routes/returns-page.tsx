import { Stack } from '@mantine/core'

import { BankTabs } from '@/features/bank/components/bank-tabs'
import { ReturnSender } from '@/features/bank/components/return-sender'
import { ReturnsSection } from '@/features/bank/components/returns-section'
import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

export default function ReturnsPage() {
  const { t } = useText()
  return (
    <Stack gap="lg">
      <PageTitle title={t.bank.title} lead={t.bank.lead} />
      <BankTabs current="returns" />
      <ReturnSender />
      <ReturnsSection />
    </Stack>
  )
}
