import { ActionIcon, Menu } from '@mantine/core'
import { Link } from 'react-router'

import { IconDots, IconDownload, IconListDetails, IconMail, IconTrash } from '@/components/icons'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload } from '@/lib/schemas'

type UploadActionsProps = { upload: Upload; onRejects: () => void; onRemove: () => void }

const icon = { size: 16, 'aria-hidden': true } as const

/** What can be done with an upload of the list. */
export function UploadActions({ upload, onRejects, onRemove }: UploadActionsProps) {
  const { t } = useText()
  return (
    // The menu's placeholder for the focus is no child that a menu may have.
    <Menu position="bottom-end" width={230} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t.uploads.actionsFor(upload.name)}
          data-testid="upload-actions"
        >
          <IconDots size={18} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          to={paths.upload(upload.id)}
          leftSection={<IconListDetails {...icon} />}
        >
          {t.uploads.view}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to={paths.outboxOf(upload.id)}
          leftSection={<IconMail {...icon} />}
        >
          {t.uploads.mails}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDownload {...icon} />}
          disabled={upload.rejected === 0}
          onClick={onRejects}
          data-testid="upload-rejects"
        >
          {t.uploads.rejects}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash {...icon} />}
          disabled={upload.status === 'REMOVED'}
          onClick={onRemove}
          data-testid="upload-remove"
        >
          {t.uploads.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
