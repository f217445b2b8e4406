import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import { Dialog } from './dialog'
import { ProblemAlert } from './problem-alert'

type ActDialogProps = {
  opened: boolean
  title: string
  body?: string
  confirm: string
  isGrave?: boolean
  /** What is written is not enough as yet. */
  isIncomplete: boolean
  act: () => Promise<unknown>
  onClose: () => void
  /** The fields. */
  children: ReactNode
}

/** Ask what is needed for an act, and do it; what was written stays when it fails. */
export function ActDialog(props: ActDialogProps) {
  const { t } = useText()
  const action = useMutation({ mutationFn: props.act, onSuccess: props.onClose })
  const close = () => {
    action.reset()
    props.onClose()
  }
  return (
    <Dialog opened={props.opened} onClose={close} title={props.title} centered testId="act-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!props.isIncomplete && !action.isPending) action.mutate()
        }}
      >
        <Stack>
          {props.body !== undefined && <Text size="sm">{props.body}</Text>}
          {props.children}
          {action.isError && <ProblemAlert error={action.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-testid="act-cancel">
              {t.common.cancel}
            </Button>
            <Button
              type="submit"
              color={props.isGrave ? 'red' : 'petrol'}
              loading={action.isPending}
              disabled={props.isIncomplete}
              data-testid="act-confirm"
            >
              {props.confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** The least that is a reason. */
export const REASON_MIN = 3
