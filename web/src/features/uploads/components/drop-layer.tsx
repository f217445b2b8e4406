import { Alert, Text } from '@mantine/core'
import { useState } from 'react'

import { useText } from '@/lib/i18n/locale-context'
import { useFileDrops } from '@/lib/use-file-drops'

import { useFiles } from '../state/files-context'
import { isBusy } from '../state/files-reducer'
import { useTakeFile } from '../state/use-take-file'

import classes from './drop-layer.module.css'

/** Takes a file that is let fall anywhere on any page. */
export function DropLayer() {
  const { t } = useText()
  const { state } = useFiles()
  const take = useTakeFile()
  const [isOver, setOver] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  useFileDrops({
    onOver: setOver,
    onDrop: ([file, ...others]) => {
      const busy = isBusy(state.sending) ? t.checks.busy : null
      const why = others.length > 0 ? t.file.onlyOne : busy
      setRefusal(why)
      if (why === null && file !== undefined) take(file)
    },
  })
  return (
    <>
      {isOver && (
        <div className={classes.layer} data-testid="drop-layer" aria-hidden="true">
          <div>
            <Text fw={600} size="lg">
              {t.checks.dropHere}
            </Text>
            <Text c="dimmed" size="sm">
              {t.checks.dropHint}
            </Text>
          </div>
        </div>
      )}
      {refusal !== null && (
        <div className={classes.said}>
          <Alert
            color="yellow"
            role="alert"
            withCloseButton
            closeButtonLabel={t.common.close}
            onClose={() => setRefusal(null)}
          >
            {refusal}
          </Alert>
        </div>
      )}
    </>
  )
}
