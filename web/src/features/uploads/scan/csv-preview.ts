/** The first rows of a CSV, read from its first bytes, for a person to recognise the file by. */

export type CsvPreview = {
  encoding: string
  delimiter: string
  header: string[]
  rows: string[][]
}

/** Bytes looked at: ample for ten rows, small enough to be instant. */
export const PREVIEW_BYTES = 256 * 1024
export const PREVIEW_ROWS_MAX = 8
const CELL_CHARS_MAX = 120
const COLUMNS_MAX = 30
const DELIMITERS = [',', ';', '\t', '|']

/** Name the encoding as the API does; without a BOM it is UTF-8 when the bytes allow it. */
export function detectEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  try {
    // Streaming: a character cut at the end of the sample is no error.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

function detectDelimiter(firstLine: string): string {
  const bare = firstLine.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((mark) => bare.split(mark).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

type Row = { cells: string[]; end: number }

/** One record from `start`, quotes and quoted line breaks included. */
function readRow(text: string, start: number, delimiter: string): Row {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  let at = start
  for (; at < text.length; at += 1) {
    const mark = text.charAt(at)
    if (quoted) {
      if (mark !== '"') cell += mark
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (mark === '"' && cell === '') quoted = true
    else if (mark === delimiter) {
      cells.push(cell)
      cell = ''
    } else if (mark === '\n' || mark === '\r') break
    else cell += mark
  }
  cells.push(cell)
  if (text[at] === '\r' && text[at + 1] === '\n') at += 1
  return { cells, end: at + 1 }
}

function shorten(cell: string): string {
  const clean = cell.trim()
  return clean.length > CELL_CHARS_MAX ? `${clean.slice(0, CELL_CHARS_MAX)}…` : clean
}

/** Read the header and the first rows. The last row of a sample that was cut short is left out. */
export function readPreview(bytes: Uint8Array, isWholeFile: boolean): CsvPreview {
  const encoding = detectEncoding(bytes)
  const text = new TextDecoder(encoding).decode(bytes)
  const delimiter = detectDelimiter(text.split(/[\r\n]/, 1)[0] ?? '')
  const rows: string[][] = []
  let start = 0
  while (start < text.length && rows.length <= PREVIEW_ROWS_MAX) {
    const row = readRow(text, start, delimiter)
    if (row.end > text.length && !isWholeFile && rows.length > 0) break
    start = row.end
    if (row.cells.some((cell) => cell.trim() !== '')) {
      rows.push(row.cells.slice(0, COLUMNS_MAX).map(shorten))
    }
  }
  return { encoding, delimiter, header: rows[0] ?? [], rows: rows.slice(1) }
}
