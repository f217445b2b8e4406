import { Alert, Button, Text } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'
import { asProblem } from '@/lib/problem'

import { IconAlertTriangle } from './icons'

/** Codes whose detail the API writes for the person who made the file, and which names the fault in it. */
const TOLD_IN_PORTUGUESE = new Set([
  'CSV_INVALID',
  'DUPLICATE_COLUMN',
  'MISSING_COLUMNS',
  'NO_HEADER',
  'NOT_TEXT',
  'NOT_WORKBOOK',
  'SHEET_UNKNOWN',
  'WORKBOOK_ENCRYPTED',
  'WORKBOOK_KIND',
  'WORKBOOK_TOO_LARGE',
  'WORKBOOK_UNREADABLE',
])

type ProblemAlertProps = {
  error: unknown
  onRetry?: () => void
  /** What was read before stands below. */
  isStale?: boolean
  testId?: string
}

/** What went wrong and what to do, in the reader's words, by its code; the code itself is for support. */
export function ProblemAlert(props: ProblemAlertProps) {
  const { error, onRetry, isStale = false, testId = 'problem' } = props
  const { t } = useText()
  const problem = asProblem(error)
  const generic = problem.status >= 500 ? t.problems.byCode.SERVER : undefined
  const [title, advice] = t.problems.byCode[problem.code] ?? generic ?? t.problems.unknown
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={title}
      data-testid={testId}
      data-code={problem.code}
    >
      <Text size="sm">
        {advice} {isStale && t.problems.stale}
      </Text>
      {TOLD_IN_PORTUGUESE.has(problem.code) && (
        <Text size="sm" lang="pt-BR" className="breaks">
          {problem.detail}
        </Text>
      )}
      {problem.status !== 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t.problems.code} {problem.code}
        </Text>
      )}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {t.common.retry}
        </Button>
      )}
    </Alert>
  )
}
