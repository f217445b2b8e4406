import { ActionIcon } from '@mantine/core'
import { useId, useRef, useState, type ReactNode } from 'react'
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
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const choose = (act: () => void) => {
    // The focus goes back to the button first: what the action opens gives it back there.
    list.current?.hidePopover()
    act()
  }
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        popoverTarget={id}
        onClick={() => setIsOpen(true)}
        data-testid={testId}
      >
        <IconDots size={18} aria-hidden="true" />
      </ActionIcon>
      <div
        ref={list}
        id={id}
        popover="auto"
        className={classes.list}
        onToggle={(event) => setIsOpen(event.newState === 'open')}
      >
        {isOpen &&
          actions.map((action) =>
            'to' in action ? (
              <Link key={action.label} to={action.to} className={classes.item}>
                {action.icon}
                {action.label}
              </Link>
            ) : (
              <button
                key={action.label}
                type="button"
                className={classes.item}
                disabled={action.isDisabled}
                data-grave={action.isGrave}
                onClick={() => choose(action.act)}
                data-testid={action.testId}
              >
                {action.icon}
                {action.label}
              </button>
            ),
          )}
      </div>
    </>
  )
}
