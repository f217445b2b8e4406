import { ActionIcon, Button } from '@mantine/core'
import { useId, useRef, useState, type ReactNode } from 'react'
import { Link } from 'react-router'

import classes from './actions-menu.module.css'
import { IconChevronDown, IconDots } from './icons'

export type Action = {
  label: string
  icon: ReactNode
  testId?: string
  isDisabled?: boolean
  /** It cannot be undone. */
  isGrave?: boolean
} & ({ to: string } | { act: () => void })

type ActionsMenuProps = {
  label: string
  actions: Action[]
  testId: string
  /** The button says its label; of a list's row there is no room for it. */
  isNamed?: boolean
  isBusy?: boolean
}

/** A button with a list of actions. The browser itself opens, places and closes it, and leads the focus. */
export function ActionsMenu({ label, actions, testId, isNamed = false, isBusy = false }: ActionsMenuProps) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const choose = (act: () => void) => {
    // The focus goes back to the button first: what the action opens gives it back there.
    list.current?.hidePopover()
    act()
  }
  const opens = { popoverTarget: id, onClick: () => setIsOpen(true), 'data-testid': testId }
  return (
    <>
      {isNamed ? (
        <Button
          {...opens}
          variant="default"
          size="sm"
          loading={isBusy}
          rightSection={<IconChevronDown size={16} aria-hidden="true" />}
        >
          {label}
        </Button>
      ) : (
        <ActionIcon {...opens} variant="subtle" color="gray" aria-label={label}>
          <IconDots size={18} aria-hidden="true" />
        </ActionIcon>
      )}
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
