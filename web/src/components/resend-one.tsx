import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { postBody, postTo, withQuery } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import type { Resent } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { Dialog } from './dialog'
import { ProblemAlert } from './problem-alert'

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

type FormProps = { email: string; state: MailState; send: (email: string, isFreed: boolean) => Promise<Resent>; onClose: () => void }

function Form({ email, state, send, onClose }: FormProps) {
  const { t } = useText()
  const words = t.emails.one
  const [address, setAddress] = useState(email)
  const action = useMutation({
    mutationFn: (isFreed: boolean) => send(address.trim(), isFreed),
    onSuccess: (resent) => resent.suppressed === 0 && onClose(),
  })
  const isBlocked = (action.data?.suppressed ?? 0) > 0
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        action.mutate(isBlocked)
      }}
    >
      <Stack>
        <Text size="sm">{words.body[state]}</Text>
        <TextInput
          label={words.email}
          description={words.emailHint}
          type="text"
          inputMode="email"
          autoComplete="off"
          value={address}
          onChange={(event) => {
            setAddress(event.currentTarget.value)
            action.reset()
          }}
          data-testid="resend-email"
        />
        {isBlocked && <Alert color="red" role="alert">{words.blocked}</Alert>}
        {action.isError && <ProblemAlert error={action.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-testid="resend-cancel">
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={action.isPending} data-autofocus data-testid="resend-accept">
            {isBlocked ? words.sendBlocked : t.emails.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  )
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
        {state !== null && <Form email={email} state={state} send={send} onClose={close} />}
      </Dialog>
    </>
  )
}
