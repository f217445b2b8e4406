import { Alert, Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Navigate } from 'react-router'

import { Facts } from '@/components/facts'
import { ProblemAlert } from '@/components/problem-alert'
import { Sheet } from '@/components/sheet'
import { aboutQuery } from '@/lib/about-query'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'

import { SendProgress } from '../../components/send-progress'
import { useFilePicker } from '../../components/use-file-picker'
import { faultOf } from '../../state/file-fault'
import { useFiles } from '../../state/files-context'

/** What can be done with a file that was not sent, or not taken. */
function FurtherTries({ isRetryable, isFirst }: { isRetryable: boolean; isFirst: boolean }) {
  const { t } = useText()
  const { chooseFile, sendChosen } = useFiles()
  const [open, input] = useFilePicker(chooseFile)
  return (
    <Group gap="xs">
      {isRetryable && (
        <Button
          className={isFirst ? undefined : 'last'}
          variant={isFirst ? 'filled' : 'default'}
          onClick={() => void sendChosen()}
          data-testid="resend-file"
        >
          {t.checks.resend}
        </Button>
      )}
      <Button variant={isFirst && isRetryable ? 'default' : 'filled'} onClick={open}>
        {t.checks.chooseOther}
      </Button>
      {input}
    </Group>
  )
}

function Outcome({ file }: { file: File }) {
  const { t, format } = useText()
  const { sending } = useFiles().state
  const { data: about } = useQuery(aboutQuery)
  const bytesMax = about?.upload_bytes_max ?? null
  const fault = faultOf(file, bytesMax)
  if (fault !== null && sending.phase === 'idle') {
    const words = { empty: t.file.empty, tooLarge: t.file.tooLarge(format.bytes(bytesMax ?? 0)) }
    return (
      <>
        <Alert color="red" role="alert">
          {words[fault]}
        </Alert>
        <FurtherTries isRetryable={false} isFirst={false} />
      </>
    )
  }
  if (sending.phase === 'failed') {
    const { problem } = sending
    // A file that the server has refused is refused again; all else may pass.
    const isRefused = problem.code === 'FILE_UNREADABLE' || (problem.status >= 400 && problem.status < 500)
    return (
      <>
        <ProblemAlert error={problem} testId="upload-problem" />
        <FurtherTries isRetryable isFirst={!isRefused || problem.status === 401} />
      </>
    )
  }
  return (
    <>
      {sending.phase === 'cancelled' && (
        <Alert color="yellow" role="status">
          {t.send.cancelled}
        </Alert>
      )}
      <FurtherTries isRetryable isFirst />
    </>
  )
}

/** A file on its way to be checked, and what hinders it. */
export function NewCheck() {
  const { t, format } = useText()
  const { state, cancelSending } = useFiles()
  const { chosen, sending } = state
  if (sending.phase === 'checked') return <Navigate to={paths.check(sending.check.id)} replace />
  if (chosen === null) return <Navigate to={paths.uploads} replace />
  return (
    <Sheet isRoomy label={t.file.details}>
      <Stack gap="lg" data-testid="file-details">
        <Facts
          facts={[
            [t.file.name, <span key="name" data-testid="file-name">{chosen.name}</span>],
            [t.file.size, <span key="size" data-testid="file-size">{format.bytes(chosen.size)}</span>],
          ]}
        />
        {sending.phase === 'sending' || sending.phase === 'checking' ? (
          <SendProgress sending={sending} onCancel={cancelSending} />
        ) : (
          <Outcome file={chosen} />
        )}
      </Stack>
    </Sheet>
  )
}
