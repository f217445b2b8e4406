import { useEffect, useReducer, useRef, useState } from 'react'

import type { RejectRecord } from '@/lib/schemas'

import { checkRows, ROWS_MAX } from '../api/rejects'

import { editsReducer, readyRows, sentRow, type Edits } from './edits'

const NOTHING: Edits = {}

/** Cells in the hands of a person: each record is checked by the server when one of its cells is left. */
export function useEdits(uploadId: string) {
  const [edits, dispatch] = useReducer(editsReducer, NOTHING)
  const [error, setError] = useState<unknown>(null)
  const asked = useRef<Edits>(NOTHING)

  useEffect(() => {
    const waiting = Object.entries(edits)
      .filter(([line, edit]) => edit.verdict === null && asked.current[Number(line)] !== edit)
      .slice(0, ROWS_MAX)
    if (waiting.length === 0) return
    const these: Edits = Object.fromEntries(waiting)
    asked.current = { ...asked.current, ...these }
    checkRows(uploadId, Object.values(these).map(sentRow)).then(
      ({ rows: verdicts }) => {
        setError(null)
        dispatch({ type: 'TAKE_VERDICTS', verdicts, asked: these })
      },
      (problem: unknown) => setError(problem),
    )
  }, [edits, uploadId])

  return {
    edits,
    /** Why cells could not be checked. */
    error,
    ready: readyRows(edits),
    write: (record: RejectRecord, cells: Record<string, string>) =>
      dispatch({ type: 'WRITE_CELLS', record, cells }),
    drop: (lines: number[]) => dispatch({ type: 'DROP_LINES', lines }),
    /** Ask again for what was not answered. */
    checkAgain: () => {
      asked.current = NOTHING
      for (const { record, verdict } of Object.values(edits)) {
        if (verdict === null) dispatch({ type: 'WRITE_CELLS', record, cells: {} })
      }
    },
  }
}

export type EditsInHand = ReturnType<typeof useEdits>
