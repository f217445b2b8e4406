import { Button } from '@mantine/core'
import { useState } from 'react'

import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { useText } from '@/lib/i18n/locale-context'
import type { RejectRecord, RejectsSummary } from '@/lib/schemas'

import type { Edit } from '../state/edits'
import type { EditsInHand } from '../state/use-edits'

import { RejectCell } from './reject-cell'
import classes from './rejects.module.css'

type RowProps = { record: RejectRecord; edit: Edit | undefined; hand: EditsInHand }

const whyId = (line: number) => `why-${line}`

/** The column at fault now: of what was written last, as far as it is known. */
function columnOf(record: RejectRecord, edit: Edit | undefined): string | null {
  const verdict = edit?.verdict
  return verdict && !verdict.accepted ? verdict.column : record.column
}

function cellState(edit: Edit | undefined): 'wrong' | 'right' | 'plain' {
  if (edit === undefined) return 'wrong'
  if (edit.verdict === null) return 'plain'
  return edit.verdict.accepted ? 'right' : 'wrong'
}

function FaultyCell({ record, edit, hand }: RowProps) {
  const column = columnOf(record, edit)
  if (column === null) return null
  return (
    <RejectCell
      key={column}
      column={column}
      line={record.line}
      value={edit?.cells[column] ?? record.cells[column] ?? ''}
      state={cellState(edit)}
      onLeave={(value) => hand.write(record, { [column]: value })}
      describedBy={whyId(record.line)}
      testId="reject-cell"
    />
  )
}

type OtherCellsProps = RowProps & { columns: string[] }

/** The record's other cells; of a record that is wrong as a whole, all of them, at once. */
function OtherCells({ record, edit, hand, columns }: OtherCellsProps) {
  const { t, format } = useText()
  const faulty = columnOf(record, edit)
  const [isOpen, setOpen] = useState(faulty === null)
  return (
    <>
      <button
        type="button"
        className={classes.toggle}
        aria-expanded={isOpen}
        aria-label={t.rejects.othersOf(format.integer(record.line))}
        onClick={() => setOpen(!isOpen)}
        data-testid="reject-others"
      >
        {t.rejects.others}
      </button>
      {isOpen && (
        <div className={classes.others}>
          {columns
            .filter((column) => column !== faulty)
            .map((column) => (
              <label key={column}>
                {column}
                <RejectCell
                  column={column}
                  line={record.line}
                  value={edit?.cells[column] ?? record.cells[column] ?? ''}
                  state="plain"
                  onLeave={(value) => hand.write(record, { [column]: value })}
                />
              </label>
            ))}
        </div>
      )}
    </>
  )
}

function Why({ record, edit }: RowProps) {
  const { t } = useText()
  const verdict = edit?.verdict
  if (edit !== undefined && verdict === null) return <span>{t.rejects.checking}</span>
  if (verdict?.accepted) return <span className={classes.right}>{t.rejects.right}</span>
  // The server's words name the column, which stands beside them already.
  const message = verdict?.message ?? record.message
  const name = columnOf(record, edit)
  const said = name !== null && message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message
  return <span lang="pt-BR">{said.charAt(0).toUpperCase() + said.slice(1)}</span>
}

function Proposed({ record, edit, hand }: RowProps) {
  const { t } = useText()
  const proposal = edit === undefined ? record.proposal : edit.verdict?.proposal
  if (record.code === 'CONFLICT' && edit === undefined) {
    return (
      <Button size="xs" variant="default" onClick={() => hand.write(record, {})}>
        {t.rejects.again}
      </Button>
    )
  }
  if (!proposal) return null
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() => hand.write(record, { [proposal.column]: proposal.value })}
      data-testid="use-proposal"
    >
      {t.rejects.use(proposal.value)}
    </Button>
  )
}

type RejectsTableProps = { summary: RejectsSummary; records: RejectRecord[]; hand: EditsInHand }

/** Rejects with the cell at fault, which can be written into. */
export function RejectsTable({ summary, records, hand }: RejectsTableProps) {
  const { t, format } = useText()
  const name = summary.columns.find((column) => column.official === 'name')?.name
  const columns = summary.columns.map((column) => column.name)
  const rowOf = (record: RejectRecord): RowProps => ({
    record,
    edit: hand.edits[record.line],
    hand,
  })
  const amountOf = (record: RejectRecord) =>
    hand.edits[record.line]?.verdict?.amount_cents ?? record.amount_cents
  const payerOf = (record: RejectRecord) => {
    const payer = name === undefined ? '' : (hand.edits[record.line]?.cells[name] ?? record.cells[name])
    return payer === undefined || payer === '' ? t.common.none : payer
  }
  const shown: Column<RejectRecord>[] = [
    { title: t.rejects.line, cell: (record) => format.integer(record.line), isNumber: true },
    {
      title: t.rejects.payer,
      cell: (record) => {
        const cents = amountOf(record)
        return (
          <div className={classes.payer}>
            {payerOf(record)}
            {cents !== null && (
              <Sub>
                <span className={classes.money}>{format.money(cents)}</span>
              </Sub>
            )}
          </div>
        )
      },
      isText: true,
      card: 'wide',
    },
    {
      title: t.rejects.field,
      cell: (record) => columnOf(record, hand.edits[record.line]) ?? t.rejects.wholeLine,
      card: 'wide',
    },
    {
      title: t.rejects.cell,
      cell: (record) => (
        <div className={classes.mend}>
          <FaultyCell {...rowOf(record)} />
          <OtherCells {...rowOf(record)} columns={columns} />
        </div>
      ),
      card: 'wide',
    },
    {
      title: t.rejects.why,
      cell: (record) => (
        <div className={classes.why} id={whyId(record.line)} aria-live="polite">
          <Why {...rowOf(record)} />
        </div>
      ),
      isText: true,
      card: 'wide',
    },
    {
      title: t.rejects.proposals,
      cell: (record) => <Proposed {...rowOf(record)} />,
      card: 'wide',
    },
  ]
  return (
    <RecordsTable
      label={t.rejects.table}
      columns={shown}
      records={records}
      idOf={(record) => String(record.line)}
      dataOf={(record) => ({ 'data-testid': 'reject-row', 'data-line': String(record.line) })}
      testId="rejects-table"
    />
  )
}
