/** Records as the server cuts them, and the lines that are none: docs/csv.md, "What else is understood". */

export type CsvRecord = { cells: string[]; end: number }

const RECORD_CHARS_MAX = 65_536
const RECORD_LINES_MAX = 1_000
const TOTAL_CHARS_MAX = 1_000
const BREAK = /\r\n|\r|\n/g
const CLOSED = /[^"]*(?:""[^"]*)*"/y
const TOTAL = /^(?:sub-? ?)?tota(?:l|is)(?: geral| a receber| r\$| do arquivo)?$/i
const NUMBER = /^(?:R\$)?[ \u00a0]*-?[0-9][0-9., \u00a0]*$/i
const AROUND = /^[ \t\u00a0:=-]+|[ \t\u00a0:=-]+$/g

export function countBreaks(text: string): number {
  return text.match(BREAK)?.length ?? 0
}

/** Where the line ends that `at` is in, its break not included. */
function findLineEnd(text: string, at: number): number {
  const found = text.slice(at).search(/[\r\n]/)
  return found === -1 ? text.length : at + found
}

export function skipBreak(text: string, at: number): number {
  return at + (text.startsWith('\r\n', at) ? 2 : 1)
}

/** One field from `at` on; null where its quotes fail. Blanks around quotes are no part of it. */
function readField(text: string, at: number, delimiter: string): { cell: string; end: number } | null {
  const blank = delimiter === '\t' ? ' \u00a0' : ' \t\u00a0'
  const stops = `\r\n${delimiter}`
  let quote = at
  while (blank.includes(text.charAt(quote)) && quote < text.length) quote += 1
  if (text[quote] !== '"') {
    let end = at
    while (end < text.length && !stops.includes(text.charAt(end))) end += 1
    return { cell: text.slice(at, end), end }
  }
  CLOSED.lastIndex = quote + 1
  const closed = CLOSED.exec(text)
  if (closed === null) return null
  let end = CLOSED.lastIndex
  while (end < text.length && blank.includes(text.charAt(end))) end += 1
  if (end < text.length && !stops.includes(text.charAt(end))) return null
  return { cell: closed[0].slice(0, -1).replaceAll('""', '"'), end }
}

/** One record from `start`. Where its quotes fail it is its first line only, and the next one is a new record. */
export function readRecord(text: string, start: number, delimiter: string): CsvRecord {
  const cells: string[] = []
  let at = start
  for (;;) {
    const field = readField(text, at, delimiter)
    if (field === null || field.end - start > RECORD_CHARS_MAX) break
    cells.push(field.cell)
    at = field.end + 1
    if (text[field.end] === delimiter) continue
    if (countBreaks(text.slice(start, field.end)) >= RECORD_LINES_MAX) break
    return { cells, end: field.end }
  }
  const end = findLineEnd(text, start)
  return { cells: text.slice(start, end).split(delimiter), end }
}

/** Nothing in any field; or a total: one cell that says so, and besides it only numbers. */
export function isNoRecord({ cells }: CsvRecord): boolean {
  if (cells.every((cell) => /^[ \t\u00a0]*$/.test(cell))) return true
  if (cells.join(' ').length > TOTAL_CHARS_MAX) return false
  const texts = cells.map((cell) => cell.replace(AROUND, '')).filter((cell) => cell !== '')
  const labels = texts.filter((text) => TOTAL.test(text))
  return labels.length === 1 && texts.every((text) => TOTAL.test(text) || NUMBER.test(text))
}
