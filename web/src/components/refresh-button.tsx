import { Button } from '@mantine/core'
import { useTransition } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import { IconRefresh } from './icons'

/** Asks again now. Turns while that lasts, but not for what the page asks by itself. */
export function RefreshButton({ onRefresh, testId }: { onRefresh: () => Promise<unknown>; testId: string }) {
  const { t } = useText()
  const [isPending, startTransition] = useTransition()
  return (
    <Button
      ml="auto"
      variant="default"
      size="xs"
      leftSection={<IconRefresh size={16} aria-hidden="true" />}
      loading={isPending}
      onClick={() =>
        startTransition(async () => {
          await onRefresh()
        })
      }
      data-testid={testId}
    >
      {t.common.refresh}
    </Button>
  )
}
