import { Stack, Text, Title } from '@mantine/core'
import { useEffect, type ReactNode } from 'react'

import { useText } from '@/lib/i18n/locale-context'

type PageTitleProps = { title: string; lead?: ReactNode }

/** The page's heading; also the name of the tab. */
export function PageTitle({ title, lead }: PageTitleProps) {
  const { t } = useText()
  useEffect(() => {
    document.title = `${title} · ${t.app.name}`
  }, [title, t])
  return (
    <Stack gap={4}>
      <Title order={1} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Title>
      {lead !== undefined && (
        <Text c="dimmed" maw={720}>
          {lead}
        </Text>
      )}
    </Stack>
  )
}
