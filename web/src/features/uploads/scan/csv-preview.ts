/**
 * The first rows of a CSV, read from its first bytes, for a person to recognise the file by. What is shown is what
 * the server will read: the rules are those of docs/csv.md.
 */
import { ALIASES, countKnown } from './column-names'
import { countBreaks, isNoRecord, readRecord, skipBreak, type CsvRecord } from './csv-records'
import { readText, type FileEncoding } from './text-encoding'

/** `line`: the number that an editor shows, and that a rejection names. */
export type PreviewRow = { line: number; cells: string[] }

export type CsvPreview = {
  encoding: FileEncoding
  delimiter: string
  header: PreviewRow | null
  rows: PreviewRow[]
}

/** Bytes looked at: ample for ten rows, small enough to be instant. */
export const PREVIEW_BYTES = 256 * 1024
export const PREVIEW_ROWS_MAX = 8
const CELL_CHARS_MAX = 120
const COLUMNS_MAX = 30
const DELIMITERS = [',', ';', '\t', '|']
const OFFICIAL_COLUMNS = Object.keys(ALIASES).length
const TITLES_MAX = 20

/** Where reading has come to. */
type Place = { at: number; line: number }
type Line = CsvRecord & Place & { delimiter: string; known: number }

function skipBlankLines(text: string, { at, line }: Place): Place {
  const blank = / *(?:\r\n|\r|\n|$)/y
  for (;;) {
    blank.lastIndex = at
    if (at >= text.length || !blank.test(text)) return { at, line }
    at = blank.lastIndex
    line += 1
  }
}

function pastRecord(text: string, { at, line }: Place, { end }: CsvRecord): Place {
  return { at: skipBreak(text, end), line: line + countBreaks(text.slice(at, end)) + 1 }
}

/** Read a line by the delimiter that tells most columns apart; the first one when none does. */
function readHead(text: string, { at, line }: Place, delimiters: string[]): Line {
  const splits = delimiters.map((delimiter) => {
    const record = readRecord(text, at, delimiter)
    return { ...record, at, line, delimiter, known: countKnown(record.cells) }
  })
  return splits.reduce((best, split) => {
    const more = split.known - best.known || split.cells.length - best.cells.length
    return more > 0 ? split : best
  })
}

/** The first line, or a whole header below titles. Where something else stands above it the server refuses. */
function findHeader(text: string, start: Place, delimiters: string[]): Line {
  const first = readHead(text, start, delimiters)
  let line = first
  let place = start
  for (let above = 0; above < TITLES_MAX && line.known < OFFICIAL_COLUMNS; above += 1) {
    const isTitle = line.cells.filter((cell) => cell.trim() !== '').length <= 1
    place = pastRecord(text, place, line)
    if (!isTitle || place.at >= text.length) return first
    line = readHead(text, place, delimiters)
  }
  return line.known < OFFICIAL_COLUMNS || first.known > 1 ? first : line
}

function shown(line: number, cells: string[]): PreviewRow {
  const shorten = (cell: string) => {
    const clean = cell.trim()
    return clean.length > CELL_CHARS_MAX ? `${clean.slice(0, CELL_CHARS_MAX)}…` : clean
  }
  return { line, cells: cells.slice(0, COLUMNS_MAX).map(shorten) }
}

/** Read the header and the first records. The last one of a sample that was cut short is left out. */
export function readPreview(bytes: Uint8Array, isWholeFile: boolean): CsvPreview {
  const { encoding, text } = readText(bytes, isWholeFile)
  let place = skipBlankLines(text, { at: 0, line: 1 })
  const told = /^"?sep=([,;|\t])[,;|\t "]*(?=[\r\n]|$)/i.exec(text.slice(place.at, place.at + 1_000))
  if (told) place = skipBlankLines(text, { at: place.at + told[0].length, line: place.line })
  if (place.at >= text.length) return { encoding, delimiter: told?.[1] ?? ',', header: null, rows: [] }
  const head = findHeader(text, place, told?.[1] === undefined ? DELIMITERS : [told[1]])
  const rows: PreviewRow[] = []
  place = pastRecord(text, head, head)
  while (place.at < text.length && rows.length < PREVIEW_ROWS_MAX) {
    const record = readRecord(text, place.at, head.delimiter)
    if (record.end >= text.length && !isWholeFile) break
    if (!isNoRecord(record)) rows.push(shown(place.line, record.cells))
    place = pastRecord(text, place, record)
  }
  return { encoding, delimiter: head.delimiter, header: shown(head.line, head.cells), rows }
}
