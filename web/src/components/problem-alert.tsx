import { Alert, Button, Group, Text } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'
import { asProblem } from '@/lib/problem'

import { IconAlertTriangle } from './icons'

type ProblemAlertProps = { error: unknown; onRetry?: () => void; testId?: string }

/** What went wrong, what to do, and the server's own words. */
export function ProblemAlert({ error, onRetry, testId = 'problem' }: ProblemAlertProps) {
  const { t } = useText()
  const problem = asProblem(error)
  const generic = problem.status >= 500 ? t.problems.byCode.SERVER : t.problems.unknown
  const words = t.problems.byCode[problem.code] ?? generic ?? t.problems.unknown
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={words.title}
      data-testid={testId}
      data-code={problem.code}
    >
      <Text size="sm">{words.advice}</Text>
      {problem.status !== 0 && problem.detail !== '' && (
        <Text size="sm" c="dimmed" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {t.problems.server} {problem.detail} <code>({problem.code})</code>
        </Text>
      )}
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            {t.common.retry}
          </Button>
        </Group>
      )}
    </Alert>
  )
}
