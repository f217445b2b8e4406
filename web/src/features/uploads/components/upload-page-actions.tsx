import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { IconDownload, IconMail } from '@/components/icons'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload } from '@/lib/schemas'

import { downloadRejects } from '../api/download-rejects'

import { RemoveUploadDialog } from './remove-upload-dialog'
import { TurnButton } from './turn-button'

/** What can be done with the upload whose page is open. */
export function UploadPageActions({ upload }: { upload: Upload }) {
  const { t, locale } = useText()
  const [removing, setRemoving] = useState(false)
  const rejects = useMutation({ mutationFn: () => downloadRejects(upload.id, upload.name, locale) })
  return (
    <>
      {rejects.isError && <ProblemAlert error={rejects.error} />}
      <Group gap="xs">
        {upload.rejected > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            loading={rejects.isPending}
            onClick={() => rejects.mutate()}
            data-testid="upload-rejects"
          >
            {t.uploads.rejects}
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
        <TurnButton upload={upload} />
        {upload.status !== 'REMOVED' && (
          <Button
            size="xs"
            variant="subtle"
            color="red"
            onClick={() => setRemoving(true)}
            data-testid="upload-remove"
          >
            {t.uploads.remove}
          </Button>
        )}
      </Group>
      <RemoveUploadDialog upload={removing ? upload : null} onClose={() => setRemoving(false)} />
    </>
  )
}
