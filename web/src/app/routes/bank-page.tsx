import { Stack } from '@mantine/core'

import { BankTabs } from '@/features/bank/components/bank-tabs'
import { RefusedSection } from '@/features/bank/components/refused-section'
import { RegisterSection } from '@/features/bank/components/register-section'
import { RemittanceFiles } from '@/features/bank/components/remittance-files'
import { BillingDrawer } from '@/features/billings/components/billing-drawer'
import { useText } from '@/lib/i18n/locale-context'
import { useKeyset } from '@/lib/use-keyset'

import { PageTitle } from './page-title'

export default function BankPage() {
  const { t } = useText()
  const { params, set } = useKeyset()
  return (
    <Stack gap="lg">
      <PageTitle title={t.bank.title} lead={t.bank.lead} />
      <BankTabs current="remittances" />
      <RegisterSection onOpen={(debt) => set('billing', debt)}>
        <RefusedSection onOpen={(debt) => set('billing', debt)}>
          <RemittanceFiles />
        </RefusedSection>
      </RegisterSection>
      <BillingDrawer
        debtId={params.get('billing')}
        mail={null}
        onClose={() => set('billing', null)}
      />
    </Stack>
  )
}
