import { Button, Group, Progress, Stack, Text } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'

import type { Sending } from '../state/files-reducer'

type SendProgressProps = {
  sending: Extract<Sending, { phase: 'sending' | 'checking' }>
  onCancel: () => void
}

/** How much of the file has gone out; then that the API is at work on it. */
export function SendProgress({ sending, onCancel }: SendProgressProps) {
  const { t, format } = useText()
  const isSending = sending.phase === 'sending'
  const share = isSending && sending.bytesTotal > 0 ? sending.bytesSent / sending.bytesTotal : 1
  return (
    <Stack gap="xs" data-testid="send-progress" data-phase={sending.phase}>
      <Group justify="space-between">
        <Text size="sm" fw={500} role="status">
          {isSending ? t.send.sending : t.send.working}
        </Text>
        {isSending && (
          <Text size="sm" c="dimmed">
            {t.send.progress(format.bytes(sending.bytesSent), format.bytes(sending.bytesTotal))}
            {' · '}
            {format.percent(share)}
          </Text>
        )}
      </Group>
      <Progress.Root size="md">
        <Progress.Section
          value={share * 100}
          animated={!isSending}
          aria-label={t.send.progressLabel}
        />
      </Progress.Root>
      <Group justify="flex-end">
        <Button variant="default" size="xs" onClick={onCancel} data-testid="cancel-upload">
          {t.send.cancel}
        </Button>
      </Group>
    </Stack>
  )
}
