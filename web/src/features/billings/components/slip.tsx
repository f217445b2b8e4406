import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { BillingDetail } from '@/lib/schemas'
import { isCancelled } from '@/lib/statuses'

import { pdfQuery } from '../api/get-pdf'

import { PdfFrame } from './pdf-frame'
import classes from './slip.module.css'

/** The paper of a billing, beside what is known of it. */
export function Slip({ billing }: { billing: BillingDetail }) {
  const { t } = useText()
  const words = t.find.billing
  const isVoid = isCancelled(billing)
  const isIssued = billing.our_number !== null
  const query = useQuery({ ...pdfQuery(billing.debt_id), enabled: isIssued && !isVoid })
  return (
    <Sheet label={words.slip} isRoomy>
      <div className={classes.paper} data-testid="slip" data-cancelled={isVoid}>
        {isVoid && (
          <>
            <strong className={classes.stamp}>{words.stamp}</strong>
            <Text size="sm" c="dimmed">
              {words.stampHint}
            </Text>
          </>
        )}
        {!isVoid && !isIssued && (
          <Alert color="gray" variant="light">
            {words.noSlip}
          </Alert>
        )}
        {!isVoid && isIssued && (
          <QueryView query={query} loadingRows={12}>
            {(blob) => <PdfFrame blob={blob} />}
          </QueryView>
        )}
      </div>
    </Sheet>
  )
}
