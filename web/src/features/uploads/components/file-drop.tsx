import { Button, Text } from '@mantine/core'

import { IconFileSpreadsheet } from '@/components/icons'
import { useText } from '@/lib/i18n/locale-context'

import { useTakeFile } from '../state/use-take-file'

import classes from './file-drop.module.css'
import { useFilePicker } from './use-file-picker'

/** Choose a file by button and keyboard; one that is let fall here is taken as anywhere on the page. */
export function FileDrop({ bytesMax }: { bytesMax: number | null }) {
  const { t, format } = useText()
  const take = useTakeFile()
  const [open, input] = useFilePicker(take)
  return (
    <div className={classes.zone} data-testid="file-drop">
      <span className={classes.icon} aria-hidden="true">
        <IconFileSpreadsheet size={38} stroke={1.4} />
      </span>
      <Text fw={600} className={classes.drop}>
        {t.file.dropTitle}
      </Text>
      <Text size="sm" c="dimmed" className={classes.drop}>
        {t.file.dropOr}
      </Text>
      <Button onClick={open} data-testid="choose-file">
        {t.file.choose}
      </Button>
      {input}
      <Text size="sm" c="dimmed" maw={560}>
        {t.file.columns}
      </Text>
      {/* Its room is kept until it is known. */}
      <Text size="sm" c="dimmed">
        {bytesMax === null ? '\u00a0' : t.file.limit(format.bytes(bytesMax))}
      </Text>
    </div>
  )
}
