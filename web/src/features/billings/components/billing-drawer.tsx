import { Button, Drawer, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { ConfirmDialog } from '@/components/confirm-dialog'
import { QueryView } from '@/components/query-view'
import { ResendOne, type MailState } from '@/components/resend-one'
import { apiPath, deleteResource } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import { useLayer } from '@/lib/layers'
import { paths } from '@/lib/paths'
import type { BillingDetail } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { billingQuery } from '../api/get-billing'

import { BillingDetailView } from './billing-detail-view'
import { PdfDialog } from './pdf-dialog'

type ActionsProps = { billing: BillingDetail; mail: string | null }

/** What became of a billing's mail, and when; nothing where none can be sent again. */
function mailOf(billing: BillingDetail, mail: string | null): { state: MailState | null; until: string | null } {
  const { status, history } = billing
  const isSimulated = status === 'SENT' && mail === 'simulate'
  if (isSimulated || !(status === 'FAILED' || status === 'UNCERTAIN' || status === 'SENT')) {
    return { state: null, until: null }
  }
  const isBounced = status !== 'FAILED' && history.at(-1)?.status === 'BOUNCED'
  const outcome = history.findLast((entry) => entry.status === status)
  return { state: isBounced ? 'BOUNCED' : status, until: outcome?.at ?? null }
}

function Actions({ billing, mail }: ActionsProps) {
  const { t } = useText()
  const reread = useReread()
  const [dialog, setDialog] = useState<'pdf' | 'remove' | null>(null)
  const close = () => setDialog(null)
  const isCancelled = billing.status === 'REMOVED'
  const path = apiPath`/billings/${billing.debt_id}`
  const remove = async () => {
    await deleteResource(path)
    await reread()
  }
  return (
    <Group gap="xs" mb="lg">
      {billing.our_number && !isCancelled && (
        <Button size="xs" onClick={() => setDialog('pdf')} data-testid="open-pdf">
          {t.billings.pdf}
        </Button>
      )}
      {/* What went out by SMTP or was simulated is kept nowhere. */}
      {billing.status === 'SENT' && mail === 'outbox' && (
        <Button
          size="xs"
          variant="default"
          component={Link}
          to={paths.mail(billing.upload_id, billing.debt_id)}
        >
          {t.billings.mail}
        </Button>
      )}
      <ResendOne path={path} email={billing.email} {...mailOf(billing, mail)} />
      {!isCancelled && (
        <Button
          size="xs"
          variant="subtle"
          color="red"
          onClick={() => setDialog('remove')}
          data-testid="billing-remove"
        >
          {t.billings.remove}
        </Button>
      )}
      <PdfDialog debtId={billing.debt_id} opened={dialog === 'pdf'} onClose={close} />
      <ConfirmDialog
        opened={dialog === 'remove'}
        title={t.billings.removeTitle}
        body={t.billings.removeBody(billing.name)}
        confirm={t.billings.removeConfirm}
        act={remove}
        onClose={close}
      />
    </Group>
  )
}

function DrawerBody({ debtId, mail }: { debtId: string; mail: string | null }) {
  const query = useQuery(billingQuery(debtId))
  return (
    <QueryView query={query} loadingRows={8}>
      {(billing) => (
        <>
          <Actions billing={billing} mail={mail} />
          <BillingDetailView billing={billing} mail={mail} />
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
