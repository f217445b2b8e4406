import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'

import { IconPlayerPause, IconPlayerPlay } from '@/components/icons'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'
import { isUploadAtRest } from '@/lib/statuses'

import { pauseUpload, resumeUpload } from '../api/pause-upload'
import { useFiles } from '../state/files-context'

/** Holds an upload that moves, and sets one going that is held. */
export function PauseButton({ upload }: { upload: Upload }) {
  const { t } = useText()
  const { refresh } = useFiles()
  const queryClient = useQueryClient()
  const isPaused = upload.status === 'PAUSED'
  const toggle = useMutation({
    mutationFn: () => (isPaused ? resumeUpload(upload.id) : pauseUpload(upload.id)),
    onSuccess: () => Promise.all([refresh(), queryClient.invalidateQueries()]),
  })
  if (isUploadAtRest(upload.status)) return null
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause
  return (
    <>
      {toggle.isError && <ProblemAlert error={toggle.error} />}
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon size={16} aria-hidden="true" />}
        loading={toggle.isPending}
        onClick={() => toggle.mutate()}
        data-testid="upload-pause"
      >
        {isPaused ? t.uploads.resume : t.uploads.pause}
      </Button>
    </>
  )
}
