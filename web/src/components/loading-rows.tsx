import { Skeleton, Stack } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'

/** The place of a list while it loads, of about the list's own height, so that nothing jumps. */
export function LoadingRows({ rows = 4 }: { rows?: number | undefined }) {
  const { t } = useText()
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t.common.loading} data-testid="loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={32} radius="sm" />
      ))}
    </Stack>
  )
}
