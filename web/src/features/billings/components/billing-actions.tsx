import { Button, Group, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'

import { ConfirmDialog } from '@/components/confirm-dialog'
import { IconDownload } from '@/components/icons'
import { ProblemAlert } from '@/components/problem-alert'
import { ResendOne, type MailState } from '@/components/resend-one'
import { apiPath, deleteResource, withQuery } from '@/lib/api-client'
import { CANCEL_REASONS, type CancelReason } from '@/lib/cancel-reasons'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { BillingDetail } from '@/lib/schemas'
import { isCancelled } from '@/lib/statuses'
import { useReread } from '@/lib/use-reread'

import { useSavePdf } from '../api/get-pdf'

import { PdfDialog } from './pdf-dialog'

type ActionsProps = {
  billing: BillingDetail
  mail: string | null
  /** The slip lies beside it already. */
  hasSlip?: boolean
}

/** Hands over the slip by one press. */
function SavePdf({ billing }: { billing: BillingDetail }) {
  const { t } = useText()
  const [save, isSaving, error] = useSavePdf(billing)
  return (
    <>
    <Button
      size="xs"
      onClick={save}
      loading={isSaving}
      leftSection={<IconDownload size={16} aria-hidden="true" />}
      data-testid="save-pdf"
    >
      {t.pdf.download}
    </Button>
    {error !== null && <ProblemAlert error={error} onRetry={save} />}
    </>
  )
}

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

/** What can be done about one billing. */
export function BillingActions({ billing, mail, hasSlip = false }: ActionsProps) {
  const { t } = useText()
  const reread = useReread()
  const [dialog, setDialog] = useState<'pdf' | 'remove' | null>(null)
  const [reason, setReason] = useState<CancelReason | ''>('')
  const close = () => setDialog(null)
  const isVoid = isCancelled(billing)
  const isIssued = billing.our_number !== null && !isVoid
  const path = apiPath`/billings/${billing.debt_id}`
  const remove = async () => {
    await deleteResource(withQuery(path, { reason }))
    await reread()
  }
  return (
    <Group gap="xs">
      <ResendOne path={path} email={billing.email} {...mailOf(billing, mail)} />
      {isIssued && <SavePdf billing={billing} />}
      {isIssued && !hasSlip && (
        <Button size="xs" variant="default" onClick={() => setDialog('pdf')} data-testid="open-pdf">
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
      {!isVoid && (
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
      <PdfDialog billing={billing} opened={dialog === 'pdf'} onClose={close} />
      <ConfirmDialog
        opened={dialog === 'remove'}
        title={t.billings.removeTitle}
        body={t.billings.removeBody(billing.name)}
        confirm={t.billings.removeConfirm}
        act={remove}
        onClose={close}
      >
        <NativeSelect
          label={t.jobs.reasonOptional}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value as CancelReason | '')}
          data={[
            { value: '', label: t.jobs.noReason },
            ...CANCEL_REASONS.map((value) => ({ value, label: t.jobs.reasons[value] })),
          ]}
          data-testid="cancel-reason"
        />
      </ConfirmDialog>
    </Group>
  )
}
