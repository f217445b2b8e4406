import { Anchor, Drawer, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'

import { QueryView } from '@/components/query-view'
import { useText } from '@/lib/i18n/locale-context'
import { useLayer } from '@/lib/layers'
import { paths } from '@/lib/paths'

import { billingQuery } from '../api/get-billing'

import { BillingActions } from './billing-actions'
import { BillingDetailView } from './billing-detail-view'
import { BillingLedger } from './billing-ledger'

function DrawerBody({ debtId, mail }: { debtId: string; mail: string | null }) {
  const { t } = useText()
  const query = useQuery(billingQuery(debtId))
  return (
    <QueryView query={query} loadingRows={8}>
      {(billing) => (
        <>
          <Group mb="lg" gap="sm">
            <BillingActions billing={billing} mail={mail} />
            <Anchor component={Link} to={paths.billing(debtId)} size="sm" data-testid="billing-page">
              {t.find.billing.page}
            </Anchor>
          </Group>
          <BillingDetailView billing={billing} mail={mail} />
          <BillingLedger billing={billing} />
        </>
      )}
    </QueryView>
  )
}

type BillingDrawerProps = {
  debtId: string | null
  /** How the mails of its file leave. */
  mail: string | null
  onClose: () => void
}

/** One billing beside its list. Open while the address names a billing. */
export function BillingDrawer({ debtId, mail, onClose }: BillingDrawerProps) {
  const { t } = useText()
  useLayer(debtId !== null, onClose)
  return (
    <Drawer
      opened={debtId !== null}
      onClose={onClose}
      title={t.billings.detailTitle}
      position="right"
      size={520}
      closeButtonProps={{ 'aria-label': t.common.close }}
      data-testid="billing-drawer"
    >
      {debtId !== null && <DrawerBody key={debtId} debtId={debtId} mail={mail} />}
    </Drawer>
  )
}
