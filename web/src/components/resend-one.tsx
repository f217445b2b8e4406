import { Alert, Button, Text } from '@mantine/core'
import { useState } from 'react'

import { postBody, postTo, withQuery } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import type { Resent } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { Dialog } from './dialog'
import { MailForm } from './mail-form'

export type MailState = 'FAILED' | 'UNCERTAIN' | 'SENT' | 'BOUNCED'

type ResendOneProps = {
  /** Of the billing. */
  path: string
  email: string
  /** What became of its mail; null where nothing is to be sent again. */
  state: MailState | null
  /** When: of a mail that was sent again meanwhile nothing is sent once more. */
  until: string | null
}

/** Sends one billing's mail again, to its address or a corrected one; says what became of it. */
export function ResendOne({ path, email, state, until }: ResendOneProps) {
  const { t, format } = useText()
  const reread = useReread()
  const [isOpen, setIsOpen] = useState(false)
  const [sent, setSent] = useState(0)
  const close = () => setIsOpen(false)
  const send = async (address: string, isFreed: boolean) => {
    const query = { states: state, until, suppressed: isFreed ? 'true' : null }
    const call = withQuery(`${path}/resend`, query)
    const resent = address === email ? await postTo<Resent>(call) : await postBody<Resent>(call, { email: address })
    if (resent.mails > 0) {
      setSent(resent.mails)
      await reread()
    }
    return resent
  }
  return (
    <>
      {state !== null && (
        <Button size="xs" variant="default" onClick={() => setIsOpen(true)} data-testid="resend-one">
          {t.emails.one.button}
        </Button>
      )}
      {sent > 0 && (
        <Alert color="petrol" role="status" w="100%" className="last" data-testid="resent">
          <Text size="sm">{t.resend.mails(sent, format.integer(sent))}</Text>
        </Alert>
      )}
      <Dialog opened={isOpen && state !== null} onClose={close} title={t.emails.one.title} centered testId="resend-dialog">
        {state !== null && (
          <MailForm
            email={email}
            body={t.emails.one.body[state]}
            confirm={t.emails.confirm}
            testId="resend"
            send={send}
            onSent={(_, { suppressed }) => suppressed === 0 && close()}
            onCancel={close}
          />
        )}
      </Dialog>
    </>
  )
}
