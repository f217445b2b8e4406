import { ActionsMenu } from '@/components/actions-menu'
import { IconDownload, IconListDetails, IconMail, IconTrash } from '@/components/icons'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload } from '@/lib/schemas'

type UploadActionsProps = { upload: Upload; onRejects: () => void; onRemove: () => void }

const icon = { size: 16, 'aria-hidden': true } as const

/** What can be done with an upload of the list. */
export function UploadActions({ upload, onRejects, onRemove }: UploadActionsProps) {
  const { t } = useText()
  const words = t.uploads
  return (
    <ActionsMenu
      label={words.actionsFor(upload.name)}
      testId="upload-actions"
      actions={[
        { label: words.view, icon: <IconListDetails {...icon} />, to: paths.upload(upload.id) },
        { label: words.mails, icon: <IconMail {...icon} />, to: paths.outboxOf(upload.id) },
        {
          label: words.rejects,
          icon: <IconDownload {...icon} />,
          act: onRejects,
          isDisabled: upload.rejected === 0,
          testId: 'upload-rejects',
        },
        {
          label: words.remove,
          icon: <IconTrash {...icon} />,
          act: onRemove,
          isGrave: true,
          isDisabled: upload.status === 'REMOVED',
          testId: 'upload-remove',
        },
      ]}
    />
  )
}
