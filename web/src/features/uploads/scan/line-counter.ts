const LF = 0x0a
const CR = 0x0d

/** Count the physical lines of a file from its bytes, in pieces: LF, CRLF, CR, mixed. A last line without an end counts too. */
export class LineCounter {
  private readonly step: number
  private readonly highByteFirst: boolean
  private breaks = 0
  private last = -1

  constructor(encoding: string) {
    this.step = encoding.startsWith('utf-16') ? 2 : 1
    this.highByteFirst = encoding === 'utf-16be'
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    if (this.step === 1) this.countBytes(chunk)
    else this.countPairs(chunk)
  }

  lines(): number {
    const isEnded = this.last === LF || this.last === CR
    return this.last === -1 || isEnded ? this.breaks : this.breaks + 1
  }

  /** `indexOf` runs as native code: a hundred megabytes in a fraction of a second. */
  private countBytes(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(CR); at !== -1; at = chunk.indexOf(CR, at + 1)) this.breaks += 1
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) {
      if ((at === 0 ? this.last : chunk[at - 1]) !== CR) this.breaks += 1
    }
    this.last = chunk[chunk.length - 1] ?? -1
  }

  /** Pieces of UTF-16 must be of even length: the reader cuts them so. */
  private countPairs(chunk: Uint8Array): void {
    const low = this.highByteFirst ? 1 : 0
    for (let at = 0; at + 1 < chunk.length; at += 2) {
      const unit = chunk[at + 1 - low] === 0 ? (chunk[at + low] ?? 0) : 0
      if (unit === CR || (unit === LF && this.last !== CR)) this.breaks += 1
      this.last = unit
    }
  }
}
