import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'

import { QueryView } from '@/components/query-view'
import { PayerBillings } from '@/features/billings/components/payer-billings'
import { payerQuery } from '@/features/search/api/get-payer'
import { PayerSummary } from '@/features/search/components/payer-summary'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'

import { BillingsOfFiles } from '../billings-of-files'

import { PageTitle } from './page-title'

export default function PayerPage() {
  const { t } = useText()
  const { payerId = '' } = useParams()
  const query = useQuery(payerQuery(payerId))
  return (
    <>
      {query.data === undefined && <PageTitle title={t.billings.payer} />}
    <QueryView query={query} loadingRows={16}>
      {(payer) => (
        <Stack gap="lg">
          <PageTitle
            title={payer.names[0] ?? t.billings.payerNotShown}
            lead={formatTaxId(payer.tax_id) || t.find.payer.noTaxId}
          />
          <PayerSummary payer={payer} />
          <PayerBillings
            payerId={payerId}
            renderTable={(billings, isStale) => <BillingsOfFiles billings={billings} isStale={isStale} />}
          />
        </Stack>
      )}
    </QueryView>
    </>
  )
}
