import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

type EmptyStateProps = { icon: ReactNode; title: string; body: string; action?: ReactNode }

export function EmptyState({ icon, title, body, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap={6} py={48} px="md" data-testid="empty">
      <Text c="dimmed" aria-hidden="true" component="div" lh={0} mb={4}>
        {icon}
      </Text>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" ta="center" maw={420}>
        {body}
      </Text>
      {action}
    </Stack>
  )
}
