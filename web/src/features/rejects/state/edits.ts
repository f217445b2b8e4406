/** What a person has written into rejects and not sent yet; pure, so that it is tested by itself. */
import type { RejectRecord, RowVerdict } from '@/lib/schemas'

import type { SentRow } from '../api/rejects'

export type Edit = {
  record: RejectRecord
  /** Cells that differ from the record's. */
  cells: Record<string, string>
  /** What the server said of them; null while it is asked. */
  verdict: RowVerdict | null
}

export type Edits = Readonly<Record<number, Edit>>

export type EditAction =
  | { type: 'WRITE_CELLS'; record: RejectRecord; cells: Record<string, string> }
  | { type: 'TAKE_VERDICTS'; verdicts: RowVerdict[]; asked: Edits }
  | { type: 'DROP_LINES'; lines: number[] }

function differing(record: RejectRecord, cells: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(cells).filter(([column, cell]) => record.cells[column] !== cell),
  )
}

export function editsReducer(edits: Edits, action: EditAction): Edits {
  switch (action.type) {
    case 'WRITE_CELLS': {
      const { record } = action
      const { [record.line]: before, ...others } = edits
      const cells = differing(record, { ...before?.cells, ...action.cells })
      // A conflict is mended elsewhere: its record is sent again as it stands.
      if (Object.keys(cells).length === 0 && record.code !== 'CONFLICT') return others
      return { ...others, [record.line]: { record, cells, verdict: null } }
    }
    case 'TAKE_VERDICTS': {
      const told = { ...edits }
      for (const verdict of action.verdicts) {
        const edit = edits[verdict.line]
        // What was written since then is asked for by a call of its own.
        if (edit !== undefined && edit === action.asked[verdict.line]) {
          told[verdict.line] = { ...edit, verdict }
        }
      }
      return told
    }
    case 'DROP_LINES':
      return Object.fromEntries(
        Object.entries(edits).filter(([line]) => !action.lines.includes(Number(line))),
      )
  }
}

/** What is sent of an edit; of a record of which only the beginning is here, all cells. */
export function sentRow({ record, cells }: Edit): SentRow {
  return { line: record.line, cells: record.whole ? cells : { ...record.cells, ...cells } }
}

/** The records that would be billed now. */
export function readyRows(edits: Edits): SentRow[] {
  return Object.values(edits)
    .filter((edit) => edit.verdict?.accepted === true)
    .map(sentRow)
}
