import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { ConfirmDialog } from '@/components/confirm-dialog'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import type { UploadCheck } from '@/lib/schemas'

import { useDiscardCheck, useStartCheck } from '../api/use-check-acts'

import classes from './start-bar.module.css'

type StartBarProps = {
  check: UploadCheck
  /** The file is being read again: what would be billed is not known. */
  isBusy: boolean
  isStartable: boolean
}

/** The one button that bills: how many, and how much. Where real mails leave it is asked once more. */
export function StartBar({ check, isBusy, isStartable }: StartBarProps) {
  const { t, format } = useText()
  const words = t.checks.start
  const start = useStartCheck(check.id)
  const starting = useMutation({ mutationFn: start })
  const discarding = useMutation({ mutationFn: useDiscardCheck(check.id) })
  const [isAsking, setAsking] = useState(false)
  const [count, amount] = [format.integer(check.accepted), format.money(check.amount_cents)]
  const mails = words.mails[check.mail]?.(check.accepted, count) ?? check.mail
  const isReal = check.mail === 'smtp'
  const error = starting.error ?? discarding.error
  return (
    <>
      {error !== null && <ProblemAlert error={error} testId="start-problem" />}
      <div className={classes.bar} data-testid="start-bar">
        <span className={classes.said} data-mail={check.mail} role="status" data-testid="check-mails">
          {isBusy ? t.checks.reading : isStartable && mails}
        </span>
        <div className={classes.acts}>
          <Button
            className={classes.discard}
            variant="subtle"
            color="red"
            loading={discarding.isPending}
            disabled={starting.isPending}
            onClick={() => discarding.mutate()}
            data-testid="check-discard"
          >
            {t.checks.discard}
          </Button>
          {isStartable && (
            <Button
              className={classes.start}
              size="md"
              loading={starting.isPending}
              disabled={isBusy || discarding.isPending}
              onClick={() => (isReal ? setAsking(true) : starting.mutate())}
              data-testid="check-start"
            >
              {words.label(check.accepted, count, amount)}
            </Button>
          )}
        </div>
      </div>
      <ConfirmDialog
        opened={isAsking}
        title={words.confirmTitle(check.accepted, count)}
        body={words.confirmBody(mails, amount)}
        confirm={words.confirm}
        isGrave={false}
        act={start}
        onClose={() => setAsking(false)}
      />
    </>
  )
}
