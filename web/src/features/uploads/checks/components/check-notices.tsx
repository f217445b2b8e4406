import { Alert, Anchor, Button, Group, Text } from '@mantine/core'
import { Link } from 'react-router'

import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import { ApiProblem } from '@/lib/problem'
import type { UploadCheck } from '@/lib/schemas'

import { useFilePicker } from '../../components/use-file-picker'
import { useTakeFile } from '../../state/use-take-file'

/** Whether a start would bill anything. */
export function isStartable(check: UploadCheck): boolean {
  const isDone = check.started_upload_id !== null || check.repeated_upload_id !== null
  return !isDone && check.refusal === null && check.accepted > 0
}

type NoticeProps = { title: string; body: string; uploadId?: string; testId: string }

function Notice({ title, body, uploadId, testId }: NoticeProps) {
  const { t } = useText()
  return (
    <Alert color="yellow" role="status" title={title} data-testid={testId}>
      <Text size="sm">{body}</Text>
      {uploadId !== undefined && (
        <Anchor component={Link} to={paths.upload(uploadId)} size="sm" fw={600}>
          {t.checks.started.open}
        </Anchor>
      )}
    </Alert>
  )
}

/** Why this check cannot be started, and what to do. */
export function CheckNotice({ check }: { check: UploadCheck }) {
  const { t } = useText()
  const { started, repeated, nothing, refused } = t.checks
  if (check.started_upload_id !== null) {
    return <Notice {...started} uploadId={check.started_upload_id} testId="check-is-started" />
  }
  if (check.refusal !== null) {
    const { code, detail } = check.refusal
    // Without names there is nothing to choose among.
    if (check.read_as.header.length === 0) {
      return <ProblemAlert error={new ApiProblem(code, 422, detail)} testId="check-refusal" />
    }
    return (
      <Alert
        color="yellow"
        role="status"
        title={t.problems.byCode[code]?.[0] ?? code}
        data-testid="check-refusal"
      >
        <Text size="sm" fw={600}>
          {refused.advice}
        </Text>
        <Text size="sm" lang="pt-BR" className="breaks" mt={4}>
          {detail}
        </Text>
      </Alert>
    )
  }
  if (check.repeated_upload_id !== null) {
    return <Notice {...repeated} uploadId={check.repeated_upload_id} testId="check-is-repeated" />
  }
  if (check.accepted > 0) return null
  const body = check.rejected === 0 ? nothing.duplicates : nothing.rejected
  return <Notice title={nothing.title} body={body} testId="check-is-nothing" />
}

/** What can be done when a check has had its day, or was discarded. */
export function CheckGone() {
  const { t } = useText()
  const take = useTakeFile()
  const [open, input] = useFilePicker(take)
  return (
    <Group data-testid="check-is-gone">
      <Button onClick={open}>{t.checks.chooseAgain}</Button>
      {input}
    </Group>
  )
}
