import { Button, Group, Text } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'

type KeysetPagerProps = {
  page: number
  onPrevious: (() => void) | null
  onNext: (() => void) | null
}

/** Forward and back through keyset pages; there is no last page to jump to, and no count to pay for. */
export function KeysetPager({ page, onPrevious, onNext }: KeysetPagerProps) {
  const { t } = useText()
  if (onPrevious === null && onNext === null) return null
  return (
    <Group component="nav" aria-label={t.common.pages} justify="space-between" p="sm">
      <Button
        variant="default"
        size="xs"
        disabled={onPrevious === null}
        onClick={() => onPrevious?.()}
        data-testid="page-previous"
      >
        {t.common.previous}
      </Button>
      <Text size="sm" c="dimmed" aria-live="polite" data-testid="page-number">
        {t.common.page(page)}
      </Text>
      <Button
        variant="default"
        size="xs"
        disabled={onNext === null}
        onClick={() => onNext?.()}
        data-testid="page-next"
      >
        {t.common.next}
      </Button>
    </Group>
  )
}
