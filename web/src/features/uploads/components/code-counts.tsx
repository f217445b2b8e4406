import { Stack, Text } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'

import classes from './code-counts.module.css'

type CodeCountsProps = { title: string; hint?: string; counts: Record<string, number> }

/** Warnings or reasons for rejection with their numbers, the most frequent first. */
export function CodeCounts({ title, hint, counts }: CodeCountsProps) {
  const { t, format } = useText()
  const codes = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, left], [, right]) => right - left)
  if (codes.length === 0) return null
  return (
    <Stack gap={4} miw={220}>
      <Text size="sm" fw={600}>
        {title}{' '}
        {hint !== undefined && (
          <Text span size="sm" c="dimmed" fw={400}>
            {hint}
          </Text>
        )}
      </Text>
      <ul className={classes.codes}>
        {codes.map(([code, count]) => (
          <li key={code} data-code={code}>
            <strong>{format.integer(count)}</strong> {t.codes[code] ?? code}
          </li>
        ))}
      </ul>
    </Stack>
  )
}
