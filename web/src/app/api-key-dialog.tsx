import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { Dialog } from '@/components/dialog'
import { setApiKey, useApiKeyState } from '@/lib/api-key'
import { useText } from '@/lib/i18n/locale-context'

/** Asks for the API key when the API has refused a call; then every query is asked again. */
export function ApiKeyDialog() {
  const { t } = useText()
  const { wanted, refused } = useApiKeyState()
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState('')
  const enter = () => {
    const key = draft.trim()
    if (key === '') return
    setApiKey(key)
    setDraft('')
    void queryClient.resetQueries()
  }
  return (
    // It stays until a key is given, and `Esc` reaches nothing beneath it.
    <Dialog
      opened={wanted}
      onClose={() => undefined}
      title={t.key.title}
      withCloseButton={false}
      closeOnClickOutside={false}
      centered
      // A refused key brings the dialog back at once: no flicker between.
      transitionProps={{ duration: 0 }}
      testId="api-key-dialog"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          enter()
        }}
      >
        <Stack>
          <Text size="sm">{t.key.body}</Text>
          <PasswordInput
            label={t.key.label}
            value={draft}
            onChange={(event) => setDraft(event.currentTarget.value)}
            error={refused ? t.key.refused : undefined}
            autoComplete="off"
            data-autofocus
            data-testid="api-key-input"
          />
          <Group justify="flex-end">
            <Button type="submit" data-testid="api-key-submit">
              {t.key.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
