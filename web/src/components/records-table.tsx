import { Fragment, type ReactNode } from 'react'
import { Link } from 'react-router'

import classes from './records-table.module.css'

export type Column<T> = {
  title: string
  cell: (record: T) => ReactNode
  /** Figures stand at the right, and keep to one line. */
  isNumber?: boolean
  /** Long text that may break anywhere. */
  isText?: boolean
  /**
   * Its place in a card: beside others (none given), at the right edge, on a line of its own, on the last line,
   * under its title, in the corner, or nowhere.
   */
  card?: 'aside' | 'wide' | 'last' | 'titled' | 'corner' | 'none'
}

type RecordsTableProps<T> = {
  label: string
  columns: Column<T>[]
  records: T[]
  idOf: (record: T) => string
  /** `data-` attributes of a record's row. */
  dataOf: (record: T) => Record<`data-${string}`, string | boolean>
  /** Begins a part of the list where it differs from that of the record before. */
  groupOf?: (record: T) => string
  /** A card has so many columns. */
  cardColumns?: 2 | 4
  /** Of the page before, until the one asked for is here. */
  isStale?: boolean
  testId?: string
}

type GroupRowProps<T> = {
  groupOf: ((record: T) => string) | undefined
  record: T
  before: T | undefined
  columns: number
}

/** The head of a part of a list; nothing within the part. */
function GroupRow<T>({ groupOf, record, before, columns }: GroupRowProps<T>) {
  const group = groupOf?.(record)
  if (group === undefined || (before !== undefined && groupOf?.(before) === group)) return null
  return (
    <tr role="row" className={classes.group} data-testid="group-row">
      <th role="rowheader" scope="rowgroup" colSpan={columns}>
        {group}
      </th>
    </tr>
  )
}

/**
 * Every list of the page. Where there is little room each row is laid out as a card, which would take
 * the roles from a table: hence they are written out.
 */
export function RecordsTable<T>(props: RecordsTableProps<T>) {
  const { label, columns, records, idOf, dataOf, groupOf, cardColumns = 2, isStale = false, testId } = props
  return (
    // What scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="group" aria-label={label} tabIndex={0}>
      <table
        role="table"
        className={classes.table}
        aria-busy={isStale}
        data-card-columns={cardColumns}
        data-testid={testId}
      >
        <caption className="visually-hidden">{label}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ title, isNumber, card }) => (
              <th key={title} role="columnheader" scope="col" data-number={isNumber}>
                {card === 'corner' ? <span className="visually-hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {records.map((record, place) => (
            <Fragment key={idOf(record)}>
            <GroupRow groupOf={groupOf} record={record} before={records[place - 1]} columns={columns.length} />
            <tr role="row" {...dataOf(record)}>
              {columns.map(({ title, cell, isNumber, isText, card }) => (
                <td
                  key={title}
                  role="cell"
                  data-card={card}
                  data-number={isNumber}
                  data-text={isText}
                >
                  {card === 'titled' && <span className={classes.title}>{title}</span>}
                  {cell(record)}
                </td>
              ))}
            </tr>
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type OpenButtonProps = {
  onOpen: () => void
  label?: string
  isCurrent?: boolean
  testId: string
  children: ReactNode
}

/** The name of a record, which opens it. In a card all of it can be pressed. */
export function OpenButton({ onOpen, label, isCurrent, testId, children }: OpenButtonProps) {
  return (
    <button
      type="button"
      className={classes.open}
      onClick={onOpen}
      aria-label={label}
      aria-current={isCurrent}
      data-open
      data-testid={testId}
    >
      {children}
    </button>
  )
}

/** The same, where a record has a page of its own. */
export function OpenLink({ to, testId, children }: { to: string; testId: string; children: ReactNode }) {
  return (
    <Link to={to} className={classes.open} data-open data-testid={testId}>
      {children}
    </Link>
  )
}

/** A second, quieter line of a cell. */
export function Sub({ children }: { children: ReactNode }) {
  return <span className={classes.sub}>{children}</span>
}
