import { useState } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import classes from './rejects.module.css'

type RejectCellProps = {
  column: string
  line: number
  value: string
  state: 'wrong' | 'right' | 'plain'
  /** It was left with another text. */
  onLeave: (value: string) => void
  describedBy?: string
  testId?: string
}

/** One cell of the file, to be written into; it is told of when it is left, or by Enter. */
export function RejectCell(props: RejectCellProps) {
  const { column, line, value, state, onLeave, describedBy, testId } = props
  const { t, format } = useText()
  const [draft, setDraft] = useState({ of: value, text: value })
  // A proposal that is used, or an answer, takes the place of what was written before.
  const text = draft.of === value ? draft.text : value
  const leave = () => {
    if (text !== value) onLeave(text)
  }
  return (
    <input
      className={classes.cell}
      value={text}
      aria-label={t.rejects.cellOf(column, format.integer(line))}
      aria-invalid={state === 'wrong'}
      aria-describedby={describedBy}
      data-right={state === 'right'}
      data-testid={testId}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setDraft({ of: value, text: event.currentTarget.value })}
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === 'Enter') leave()
      }}
    />
  )
}
