import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { useText } from '@/lib/i18n/locale-context'
import type { Resent } from '@/lib/schemas'

import { ProblemAlert } from './problem-alert'

type MailFormProps = {
  email: string
  body?: string
  /** What sends it, where the address is not blocked. */
  confirm: string
  /** Names its parts for tests: `resend` makes `resend-email`. */
  testId: string
  /** Sends it to an address; `isFreed`: though it is blocked, which was said before. */
  send: (address: string, isFreed: boolean) => Promise<Resent>
  onSent: (address: string, resent: Resent) => void
  onCancel?: () => void
}

/** Asks for the address that a mail goes to: its own or a corrected one; a blocked one is said, and asked once more. */
export function MailForm({ email, body, confirm, testId, send, onSent, onCancel }: MailFormProps) {
  const { t } = useText()
  const words = t.emails.one
  const [address, setAddress] = useState(email)
  const action = useMutation({
    mutationFn: (isFreed: boolean) => send(address.trim(), isFreed),
    onSuccess: (resent) => onSent(address.trim(), resent),
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
        {body !== undefined && <Text size="sm">{body}</Text>}
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
          data-testid={`${testId}-email`}
        />
        {isBlocked && <Alert color="red" role="alert">{words.blocked}</Alert>}
        {action.isError && <ProblemAlert error={action.error} />}
        <Group justify={onCancel === undefined ? 'flex-start' : 'flex-end'}>
          {onCancel !== undefined && (
            <Button variant="default" onClick={onCancel} data-testid={`${testId}-cancel`}>
              {t.common.cancel}
            </Button>
          )}
          <Button type="submit" loading={action.isPending} data-autofocus data-testid={`${testId}-accept`}>
            {isBlocked ? words.sendBlocked : confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
