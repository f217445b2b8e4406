import { ActionIcon } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { Link } from 'react-router'

import classes from './actions-menu.module.css'
import { IconDots } from './icons'

export type Action = {
  label: string
  icon: ReactNode
  testId?: string
  isDisabled?: boolean
  /** It cannot be undone. */
  isGrave?: boolean
} & ({ to: string } | { act: () => void })

type ActionsMenuProps = { label: string; actions: Action[]; testId: string }

/** A button with a list of actions. The browser itself opens, places and closes it, and leads the focus. */
export function ActionsMenu({ label, actions, testId }: ActionsMenuProps) {
  const id = useId()
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        popoverTarget={id}
        data-testid={testId}
      >
        <IconDots size={18} aria-hidden="true" />
      </ActionIcon>
      <div id={id} popover="auto" className={classes.list}>
        {actions.map((action) => {
          const text = (
            <>
              {action.icon}
              {action.label}
            </>
          )
          return 'to' in action ? (
            <Link key={action.label} to={action.to} className={classes.item}>
              {text}
            </Link>
          ) : (
            <button
              key={action.label}
              type="button"
              className={classes.item}
              popoverTarget={id}
              popoverTargetAction="hide"
              disabled={action.isDisabled}
              data-grave={action.isGrave}
              onClick={action.act}
              data-testid={action.testId}
            >
              {text}
            </button>
          )
        })}
      </div>
    </>
  )
}
