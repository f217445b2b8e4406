const LF = 0x0a
const CR = 0x0d

/**
 * Count the lines of a file from its bytes, in pieces. A last line without an end counts too.
 * Lines end in LF or CRLF; in a file without any LF, in CR. `step` is 2 for UTF-16.
 */
export class LineCounter {
  private readonly step: number
  private readonly highByteFirst: boolean
  private feeds = 0
  private returns = 0
  private bytes = 0
  private last = -1

  constructor(encoding: string) {
    this.step = encoding.startsWith('utf-16') ? 2 : 1
    this.highByteFirst = encoding === 'utf-16be'
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    if (this.step === 1) this.countBytes(chunk)
    else this.countPairs(chunk)
    this.bytes += chunk.length
  }

  lines(): number {
    const ends = this.feeds > 0 ? this.feeds : this.returns
    if (this.bytes === 0) return 0
    const endMark = this.feeds > 0 ? LF : CR
    return this.last === endMark ? ends : ends + 1
  }

  /** `indexOf` runs as native code: a hundred megabytes in a fraction of a second. */
  private countBytes(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) this.feeds += 1
    if (this.feeds === 0) {
      for (let at = chunk.indexOf(CR); at !== -1; at = chunk.indexOf(CR, at + 1)) this.returns += 1
    }
    this.last = chunk[chunk.length - 1] ?? -1
  }

  /** Pieces of UTF-16 must be of even length: the reader cuts them so. */
  private countPairs(chunk: Uint8Array): void {
    const low = this.highByteFirst ? 1 : 0
    for (let at = 0; at + 1 < chunk.length; at += 2) {
      const isPlain = chunk[at + 1 - low] === 0
      const unit = isPlain ? (chunk[at + low] ?? -1) : -1
      if (unit === LF) this.feeds += 1
      if (unit === CR) this.returns += 1
      this.last = unit
    }
  }
}
