import { Button, type ButtonProps } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'

import { IconMail } from './icons'
import { ProblemAlert } from './problem-alert'

type ActButtonProps = ButtonProps & {
  label: string
  icon?: typeof IconMail
  /** Shown to be going on until it has ended; a problem is told beside the button. */
  act: () => Promise<unknown>
  testId: string
}

/** A button that calls the API. */
export function ActButton({ label, icon: Icon, act, testId, ...button }: ActButtonProps) {
  const action = useMutation({ mutationFn: act })
  return (
    <>
      {action.isError && <ProblemAlert error={action.error} />}
      <Button
        size="xs"
        variant="default"
        leftSection={Icon && <Icon size={16} aria-hidden="true" />}
        loading={action.isPending}
        onClick={() => action.mutate()}
        data-testid={testId}
        {...button}
      >
        {label}
      </Button>
    </>
  )
}
