import { Alert, Button } from '@mantine/core'
import { useState } from 'react'

import { MailForm } from '@/components/mail-form'
import { useText } from '@/lib/i18n/locale-context'
import type { BillingDetail } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { mailSecondCopy } from '../api/second-copy'

import { mailOutcomeAt } from './mail-outcome'

type MailSecondCopyProps = {
  billing: BillingDetail
  on: string
  /** How the mails of its file go out. */
  mail: string | null
}

/** Sends the second copy of a day to the payer; nothing where a mail is on its way, or none goes out. */
export function MailSecondCopy({ billing, on, mail }: MailSecondCopyProps) {
  const { t, format } = useText()
  const words = t.receipts.secondCopy
  const [isOpen, setOpen] = useState(false)
  const [sentTo, setSentTo] = useState<string | null>(null)
  const reread = useReread()
  const until = mailOutcomeAt(billing)
  if (sentTo !== null) {
    return (
      <Alert color="petrol" role="status" data-testid="second-copy-sent">
        {words.sent(format.date(on), sentTo)}
      </Alert>
    )
  }
  if (until === null || mail === 'simulate') return null
  if (isOpen) {
    return (
      <MailForm
        email={billing.email}
        confirm={words.send}
        testId="second-copy"
        send={(address, isFreed) => {
          const email = address === billing.email ? null : address
          return mailSecondCopy(billing.debt_id, { on, email, until, isFreed })
        }}
        onSent={(address, { mails }) => {
          if (mails === 0) return
          setSentTo(address)
          void reread()
        }}
      />
    )
  }
  return (
    <Button variant="default" onClick={() => setOpen(true)} data-testid="second-copy-mail">
      {words.mail}
    </Button>
  )
}
