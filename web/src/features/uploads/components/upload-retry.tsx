import { ActButton } from '@/components/act-button'
import { IconPlayerPlay } from '@/components/icons'
import { apiPath, postTo } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'
import { isUploadStopped } from '@/lib/statuses'
import { useReread } from '@/lib/use-reread'

/** Sets going again what has given up; nothing where nothing has. */
export function UploadRetry({ upload }: { upload: Upload }) {
  const { t } = useText()
  const reread = useReread()
  if (!isUploadStopped(upload)) return null
  return (
    <ActButton
        label={t.uploads.retry}
        icon={IconPlayerPlay}
        variant="filled"
        act={async () => {
          await postTo(apiPath`/billings/csv/uploads/${upload.id}/retry`)
          await reread()
        }}
        testId="upload-retry"
      />
  )
}
