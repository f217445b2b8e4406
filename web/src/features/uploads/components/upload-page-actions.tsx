import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'

import { ActButton } from '@/components/act-button'
import { IconMail, IconPlayerPause, IconPlayerPlay } from '@/components/icons'
import { Resend } from '@/components/resend'
import { apiPath, postTo } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload } from '@/lib/schemas'
import { isUploadAtRest } from '@/lib/statuses'
import { useReread } from '@/lib/use-reread'

import { RemoveUploadDialog } from './remove-upload-dialog'
import { UploadRetry } from './upload-retry'

/** What sets an upload still, and what sets it going again. */
function turnOf(upload: Upload): 'pause' | 'resume' | null {
  if (upload.status === 'PAUSED') return 'resume'
  return isUploadAtRest(upload.status) ? null : 'pause'
}

/** What can be done with the upload whose page is open. */
export function UploadPageActions({ upload }: { upload: Upload }) {
  const { t, format } = useText()
  const reread = useReread()
  const [removing, setRemoving] = useState(false)
  const path = apiPath`/billings/csv/uploads/${upload.id}`
  const turn = turnOf(upload)
  return (
    <>
      <Group gap="xs">
        {upload.rejected_open > 0 && upload.status !== 'REMOVED' && (
          <Button
            size="xs"
            component={Link}
            to={paths.rejects(upload.id)}
            data-testid="upload-rejects"
          >
            {t.uploads.mend(upload.rejected_open, format.integer(upload.rejected_open))}
          </Button>
        )}
        {upload.corrects && (
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={paths.upload(upload.corrects)}
            data-testid="upload-corrects"
          >
            {t.uploads.corrects}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          component={Link}
          to={paths.outboxOf(upload.id)}
          leftSection={<IconMail size={16} aria-hidden="true" />}
          data-testid="upload-mails"
        >
          {t.uploads.mails}
        </Button>
        <UploadRetry upload={upload} />
        {turn !== null && (
          <ActButton
            label={t.uploads[turn]}
            icon={turn === 'pause' ? IconPlayerPause : IconPlayerPlay}
            act={async () => {
              await postTo(`${path}/${turn}`)
              await reread()
            }}
            testId="upload-pause"
          />
        )}
        {upload.status !== 'REMOVED' && (
          <>
            <Resend
              path={path}
              failed={upload.statuses.FAILED ?? 0}
              uncertain={upload.statuses.UNCERTAIN ?? 0}
            />
            <Button
              size="xs"
              variant="subtle"
              color="red"
              onClick={() => setRemoving(true)}
              data-testid="upload-remove"
            >
              {t.uploads.remove}
            </Button>
          </>
        )}
      </Group>
      <RemoveUploadDialog upload={removing ? upload : null} onClose={() => setRemoving(false)} />
    </>
  )
}
