import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'

import { IconPlayerPause, IconPlayerPlay } from '@/components/icons'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'
import { isUploadAtRest, isUploadStopped } from '@/lib/statuses'

import { turnUpload, type Turn } from '../api/turn-upload'
import { useRereadUploads } from '../state/use-uploads'

function turnOf(upload: Upload): Turn | null {
  if (isUploadStopped(upload)) return 'retry'
  if (upload.status === 'PAUSED') return 'resume'
  return isUploadAtRest(upload.status) ? null : 'pause'
}

/** Holds an upload that moves; sets going one that is held, or that has given up. */
export function TurnButton({ upload }: { upload: Upload }) {
  const { t } = useText()
  const reread = useRereadUploads()
  const turn = useMutation({
    mutationFn: (to: Turn) => turnUpload(upload.id, to),
    onSuccess: reread,
  })
  const next = turnOf(upload)
  if (next === null) return null
  const Icon = next === 'pause' ? IconPlayerPause : IconPlayerPlay
  return (
    <>
      {turn.isError && <ProblemAlert error={turn.error} />}
      <Button
        size="xs"
        variant={next === 'retry' ? 'filled' : 'default'}
        leftSection={<Icon size={16} aria-hidden="true" />}
        loading={turn.isPending}
        onClick={() => turn.mutate(next)}
        data-testid={next === 'retry' ? 'upload-retry' : 'upload-pause'}
      >
        {t.uploads[next]}
      </Button>
    </>
  )
}
