import { Alert, Button, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import type { BillingDetail } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { mailSecondCopy } from '../api/second-copy'

import { mailOutcomeAt } from './mail-outcome'

type FormProps = { billing: BillingDetail; on: string; until: string; onSent: (address: string) => void }

function Form({ billing, on, until, onSent }: FormProps) {
  const { t } = useText()
  const words = t.receipts.secondCopy
  const reread = useReread()
  const [address, setAddress] = useState(billing.email)
  const action = useMutation({
    mutationFn: (isFreed: boolean) => {
      const email = address.trim() === billing.email ? null : address.trim()
      return mailSecondCopy(billing.debt_id, { on, email, until, isFreed })
    },
    onSuccess: async ({ mails }) => {
      if (mails === 0) return
      onSent(address.trim())
      await reread()
    },
  })
  const isBlocked = (action.data?.suppressed ?? 0) > 0
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        action.mutate(isBlocked)
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t.emails.one.email}
          description={t.emails.one.emailHint}
          inputMode="email"
          autoComplete="off"
          value={address}
          onChange={(event) => {
            setAddress(event.currentTarget.value)
            action.reset()
          }}
          data-testid="second-copy-email"
        />
        {isBlocked && <Alert color="red" role="alert">{t.emails.one.blocked}</Alert>}
        {action.isError && <ProblemAlert error={action.error} />}
        <Button type="submit" loading={action.isPending} data-testid="second-copy-send">
          {isBlocked ? t.emails.one.sendBlocked : words.send}
        </Button>
      </Stack>
    </form>
  )
}

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
  const until = mailOutcomeAt(billing)
  if (sentTo !== null) {
    return (
      <Alert color="petrol" role="status" data-testid="second-copy-sent">
        {words.sent(format.date(on), sentTo)}
      </Alert>
    )
  }
  if (until === null || mail === 'simulate') return null
  if (isOpen) return <Form billing={billing} on={on} until={until} onSent={setSentTo} />
  return (
    <Button variant="default" onClick={() => setOpen(true)} data-testid="second-copy-mail">
      {words.mail}
    </Button>
  )
}
