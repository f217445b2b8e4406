import { Button, Container, Stack, Text } from '@mantine/core'
import { useRouteError } from 'react-router'

import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

/** A fault of the page itself: say so, and that the work goes on without it. */
export function CrashPage() {
  const { t } = useText()
  const error = useRouteError()
  return (
    <Container size="sm" py="xl">
      <Stack align="flex-start">
        <PageTitle title={t.app.crashTitle} lead={t.app.crashBody} />
        <Text size="sm" c="dimmed">
          {error instanceof Error ? error.message : String(error)}
        </Text>
        <Button onClick={() => window.location.reload()}>{t.app.reload}</Button>
      </Stack>
    </Container>
  )
}
