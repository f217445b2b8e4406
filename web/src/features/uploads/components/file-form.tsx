import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'

import { ProblemAlert } from '@/components/problem-alert'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { About } from '@/lib/schemas'

import { useFiles } from '../state/files-context'

import { ChosenFileDetails, isUnsendable } from './chosen-file'
import { FileDrop } from './file-drop'
import { SendProgress } from './send-progress'
import { UploadResult } from './upload-result'

/** From the choice of a file to the answer about it. `about` is null while unknown. */
export function FileForm({ about }: { about: About | null }) {
  const { t } = useText()
  const { state, chooseFile, sendChosen, cancelSending } = useFiles()
  const { chosen, sending } = state
  const [hadFile, setHadFile] = useState(false)
  const bytesMax = about?.upload_bytes_max ?? null

  if (sending.phase === 'accepted') {
    return (
      <Sheet isRoomy label={t.result.title}>
        <UploadResult
          key={sending.answer.upload_id}
          answer={sending.answer}
          onAnother={() => chooseFile(null)}
        />
      </Sheet>
    )
  }
  if (chosen === null) {
    const choose = (file: File) => {
      setHadFile(true)
      chooseFile(file)
    }
    return <FileDrop onChoose={choose} bytesMax={bytesMax} takesFocus={hadFile} />
  }

  const isBusy = sending.phase === 'sending' || sending.phase === 'ingesting'
  return (
    <Sheet isRoomy label={t.file.details}>
      <Stack gap="lg">
        <ChosenFileDetails
          chosen={chosen}
          bytesMax={bytesMax}
          isUnsent={sending.phase === 'idle'}
        />
        {sending.phase === 'failed' && (
          <ProblemAlert error={sending.problem} testId="upload-problem" />
        )}
        {sending.phase === 'cancelled' && (
          <Alert color="yellow" role="status">
            {t.send.cancelled}
          </Alert>
        )}
        {isBusy ? (
          <SendProgress sending={sending} onCancel={cancelSending} />
        ) : (
          <Group gap="xs">
            <Button
              onClick={() => void sendChosen()}
              disabled={isUnsendable(chosen, bytesMax)}
              data-testid="submit-upload"
            >
              {t.send.submit}
            </Button>
            <Button variant="default" onClick={() => chooseFile(null)} data-testid="discard-file">
              {t.file.remove}
            </Button>
          </Group>
        )}
      </Stack>
    </Sheet>
  )
}
