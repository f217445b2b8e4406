/** Tells a bank's file from a file of debts, by its bytes: its name proves nothing. */

/** The longest line of a bank, and what may stand before it. */
const BYTES_READ = 512
/** A line of 240 may have lost the blanks at its end, but for the place that says what it is. */
const TRIMMED_MIN = 143

/** Whether a text begins as the files that banks write: lines of 240 or 400 places, digits first. */
export function beginsLikeBankFile(text: string): boolean {
  const line = text.replace(/^[\r\n]+/, '').split(/[\r\n]/, 1)[0] ?? ''
  if (/^0[12]RE(TORNO|MESSA)/.test(line)) return true
  if (/^\d{3}0{4,5}/.test(line) && line.length >= TRIMMED_MIN && line.length <= 240) return true
  // A file of debts parts its columns; a bank's line has places instead.
  return /^\d{2}/.test(line) && [240, 400].includes(line.length) && !/[;\t|]/.test(line)
}

/** Read the beginning of a file; one that cannot be read is left to whoever sends it. */
export async function isBankFile(file: File): Promise<boolean> {
  try {
    const bytes = await file.slice(0, BYTES_READ).arrayBuffer()
    return beginsLikeBankFile(new TextDecoder('latin1').decode(bytes))
  } catch {
    return false
  }
}
