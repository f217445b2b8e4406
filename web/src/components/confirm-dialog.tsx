import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import { Dialog } from './dialog'
import { ProblemAlert } from './problem-alert'

type ConfirmDialogProps = {
  opened: boolean
  title: string
  body: string
  confirm: string
  /** It cannot be undone. */
  isGrave?: boolean
  /** Done on confirmation; the dialog stays open, with the problem, when it fails. */
  act: () => Promise<void>
  onClose: () => void
  /** What may be said with it. */
  children?: ReactNode
}

/** Ask before something grave, or that concerns many. The safe button has the focus. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useText()
  const action = useMutation({ mutationFn: props.act, onSuccess: props.onClose })
  const close = () => {
    action.reset()
    props.onClose()
  }
  return (
    <Dialog opened={props.opened} onClose={close} title={props.title} centered testId="confirm-dialog">
      <Stack>
        <Text size="sm">{props.body}</Text>
        {props.children}
        {action.isError && <ProblemAlert error={action.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus data-testid="confirm-cancel">
            {t.common.cancel}
          </Button>
          <Button
            color={props.isGrave === false ? 'petrol' : 'red'}
            loading={action.isPending}
            onClick={() => action.mutate()}
            data-testid="confirm-accept"
          >
            {props.confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
