import { ConfirmDialog } from '@/components/confirm-dialog'
import { apiPath, deleteResource } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

type RemoveUploadDialogProps = {
  /** The one to ask about; null: nothing is asked. */
  upload: Upload | null
  onClose: () => void
}

/** Asks before all billings of a file are cancelled. */
export function RemoveUploadDialog({ upload, onClose }: RemoveUploadDialogProps) {
  const { t, format } = useText()
  const reread = useReread()
  return (
    <ConfirmDialog
      opened={upload !== null}
      title={t.uploads.removeTitle}
      body={t.uploads.removeBody(upload?.name ?? '', format.integer(upload?.accepted ?? 0))}
      confirm={t.uploads.removeConfirm}
      act={async () => {
        if (upload === null) return
        await deleteResource(apiPath`/billings/csv/uploads/${upload.id}`)
        await reread()
      }}
      onClose={onClose}
    />
  )
}
