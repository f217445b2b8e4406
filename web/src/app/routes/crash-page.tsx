import { Button, Container, Stack, Text } from '@mantine/core'
import { Component, type ReactNode } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import { PageTitle } from './page-title'

/** A fault of the page itself: say so, and that the work goes on without it. */
function CrashPage({ error }: { error: Error }) {
  const { t } = useText()
  return (
    <Container size="sm" py="xl">
      <Stack align="flex-start">
        <PageTitle title={t.app.crashTitle} lead={t.app.crashBody} />
        <Text size="sm" c="dimmed">
          {error.message}
        </Text>
        <Button onClick={() => window.location.reload()}>{t.app.reload}</Button>
      </Stack>
    </Container>
  )
}

type Crash = { error: Error | null }

/** Shows the crash page in place of what has failed. */
export class CrashBoundary extends Component<{ children: ReactNode }, Crash> {
  override state: Crash = { error: null }

  static getDerivedStateFromError(error: unknown): Crash {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render() {
    const { error } = this.state
    return error === null ? this.props.children : <CrashPage error={error} />
  }
}
