/** From bytes to text as the server reads them: docs/csv.md, "Encoding". */

export type FileEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be'

const LF = 0x0a
const CR = 0x0d
const CTRL_Z = 0x1a
const SNIFF_BYTES = 4096
// Neither drops a mark in the middle of the file; the one at its very beginning is cut off before.
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const WINDOWS_1252 = new TextDecoder('windows-1252')

/** Tell UTF-16 by its mark, or by its zeros: Latin text has one in nearly every other byte. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const half = Math.floor(Math.min(bytes.length, SNIFF_BYTES) / 2)
  if (half < 2) return null
  let even = 0
  let odd = 0
  for (let at = 0; at < 2 * half; at += 2) {
    if (bytes[at] === 0) even += 1
    if (bytes[at + 1] === 0) odd += 1
  }
  if (odd >= 0.7 * half && even <= 0.05 * half) return 'utf-16le'
  return even >= 0.7 * half && odd <= 0.05 * half ? 'utf-16be' : null
}

function asUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF_8.decode(bytes)
  } catch {
    return null
  }
}

/** Where the text ends: before a last Ctrl-Z, by which old systems mark the end of a file. */
function textEnd(bytes: Uint8Array): number {
  let end = bytes.length
  for (let at = end - 1; [LF, CR, CTRL_Z].includes(bytes[at] ?? -1); at -= 1) {
    if (bytes[at] === CTRL_Z) end = at
  }
  return end
}

/** Where the line ends that begins at `start`, its break included. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at += 1
  return Math.min(at + 1, bytes.length)
}

/** Each line by itself: as UTF-8 where its bytes are that, else as Windows-1252. */
function readLines(bytes: Uint8Array, hasMark: boolean): { encoding: FileEncoding; text: string } {
  const lines: string[] = []
  let own = 0
  let foreign = 0
  for (let start = 0; start < bytes.length; ) {
    const end = lineEnd(bytes, start)
    const line = bytes.subarray(start, end)
    const text = asUtf8(line)
    if (text === null) foreign += 1
    else if (text.length < line.length) own += 1
    lines.push(text ?? WINDOWS_1252.decode(line))
    start = end
  }
  return { encoding: hasMark || own > foreign ? 'utf-8' : 'windows-1252', text: lines.join('') }
}

/** Read the beginning of a file; a line that the sample cuts is left out where there is another one. */
export function readText(sample: Uint8Array, isWholeFile: boolean): { encoding: FileEncoding; text: string } {
  const utf16 = utf16Of(sample)
  if (utf16 !== null) return { encoding: utf16, text: new TextDecoder(utf16).decode(sample) }
  const hasMark = sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf
  const cut = Math.max(sample.lastIndexOf(LF), sample.lastIndexOf(CR)) + 1
  const bytes = sample.subarray(hasMark ? 3 : 0, isWholeFile ? textEnd(sample) : cut || sample.length)
  const text = asUtf8(bytes)
  return text === null ? readLines(bytes, hasMark) : { encoding: 'utf-8', text }
}
