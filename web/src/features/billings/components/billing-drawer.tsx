import { Button, Drawer, Group } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { ConfirmDialog } from '@/components/confirm-dialog'
import { PdfDialog } from '@/components/pdf-dialog'
import { QueryView } from '@/components/query-view'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { BillingDetail } from '@/lib/schemas'

import { billingQuery } from '../api/get-billing'
import { removeBilling } from '../api/remove-billing'

import { BillingDetailView } from './billing-detail-view'

function Actions({ billing }: { billing: BillingDetail }) {
  const { t } = useText()
  const queryClient = useQueryClient()
  const [pdfOpened, setPdfOpened] = useState(false)
  const [removing, setRemoving] = useState(false)
  const remove = async () => {
    await removeBilling(billing.debt_id)
    await queryClient.invalidateQueries({ queryKey: ['billings'] })
  }
  return (
    <Group gap="xs" mb="lg">
      {billing.our_number && (
        <Button size="xs" onClick={() => setPdfOpened(true)} data-testid="open-pdf">
          {t.billings.pdf}
        </Button>
      )}
      {billing.status === 'SENT' && (
        <Button size="xs" variant="default" component={Link} to={paths.mail(billing.debt_id)}>
          {t.billings.mail}
        </Button>
      )}
      {billing.status !== 'REMOVED' && (
        <Button
          size="xs"
          variant="subtle"
          color="red"
          onClick={() => setRemoving(true)}
          data-testid="billing-remove"
        >
          {t.billings.remove}
        </Button>
      )}
      <PdfDialog debtId={billing.debt_id} opened={pdfOpened} onClose={() => setPdfOpened(false)} />
      <ConfirmDialog
        opened={removing}
        title={t.billings.removeTitle}
        body={t.billings.removeBody(billing.name)}
        confirm={t.billings.removeConfirm}
        act={remove}
        onClose={() => setRemoving(false)}
      />
    </Group>
  )
}

function DrawerBody({ debtId }: { debtId: string }) {
  const query = useQuery(billingQuery(debtId))
  return (
    <QueryView query={query} loadingRows={8}>
      {(billing) => (
        <>
          <Actions billing={billing} />
          <BillingDetailView billing={billing} />
        </>
      )}
    </QueryView>
  )
}

/** One billing beside its list. Open while the address names a billing. */
export function BillingDrawer({ debtId, onClose }: { debtId: string | null; onClose: () => void }) {
  const { t } = useText()
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
      {debtId !== null && <DrawerBody key={debtId} debtId={debtId} />}
    </Drawer>
  )
}
