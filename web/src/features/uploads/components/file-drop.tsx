import { Alert, Button, Text } from '@mantine/core'
import { useRef, useState, type DragEvent } from 'react'

import { IconFileSpreadsheet } from '@/components/icons'
import { useText } from '@/lib/i18n/locale-context'
import { useFocusOnMount } from '@/lib/use-focus-on-mount'

import classes from './file-drop.module.css'

type FileDropProps = {
  onChoose: (file: File) => void
  bytesMax: number | null
  /** It takes the place of a file just discarded or sent. */
  takesFocus: boolean
}

/** Choose a CSV by button and keyboard, or drop it. */
export function FileDrop({ onChoose, bytesMax, takesFocus }: FileDropProps) {
  const { t, format } = useText()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [several, setSeveral] = useState(false)
  const chooseButton = useFocusOnMount<HTMLButtonElement>(takesFocus)

  const take = (files: FileList | null) => {
    const isSeveral = (files?.length ?? 0) > 1
    setSeveral(isSeveral)
    const [file] = files ?? []
    if (file && !isSeveral) onChoose(file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }

  return (
    <div
      className={classes.zone}
      data-over={over}
      data-testid="file-drop"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span className={classes.icon} aria-hidden="true">
        <IconFileSpreadsheet size={38} stroke={1.4} />
      </span>
      <Text fw={600} className={classes.drop}>
        {t.file.dropTitle}
      </Text>
      <Text size="sm" c="dimmed" className={classes.drop}>
        {t.file.dropOr}
      </Text>
      <Button
        ref={chooseButton}
        onClick={() => input.current?.click()}
        data-testid="choose-file">
        {t.file.choose}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.xlsx,.xlsm,.xls,.ods,text/csv,text/plain"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t.file.inputLabel}
        data-testid="file-input"
        onChange={(event) => {
          take(event.currentTarget.files)
          // The same file chosen again must be a change again.
          event.currentTarget.value = ''
        }}
      />
      <Text size="sm" c="dimmed" maw={560}>
        {t.file.columns}
      </Text>
      {/* Its room is kept until it is known. */}
      <Text size="sm" c="dimmed">
        {bytesMax === null ? '\u00a0' : t.file.limit(format.bytes(bytesMax))}
      </Text>
      {several && (
        <Alert color="yellow" role="alert">
          {t.file.onlyOne}
        </Alert>
      )}
    </div>
  )
}
