import { PREVIEW_BYTES, readPreview, type CsvPreview } from './csv-preview'
import { LineCounter } from './line-counter'
import { isWorkbook } from './workbook'

export type ScanMessage =
  /** There is nothing to show of it before it is sent. */
  | { type: 'workbook' }
  | { type: 'preview'; preview: CsvPreview }
  | { type: 'progress'; bytesRead: number; lines: number }
  | { type: 'done'; lines: number }
  | { type: 'failed' }

/** An even number, so that UTF-16 is never cut inside a character. */
const CHUNK_BYTES = 4 * 1024 * 1024

/** Read a file piece by piece: first its preview, then its number of lines. Memory stays at one piece. */
export async function scanBlob(blob: Blob, tell: (message: ScanMessage) => void): Promise<void> {
  const head = new Uint8Array(await blob.slice(0, PREVIEW_BYTES).arrayBuffer())
  if (isWorkbook(head)) {
    tell({ type: 'workbook' })
    tell({ type: 'done', lines: 0 })
    return
  }
  const preview = readPreview(head, blob.size <= PREVIEW_BYTES)
  tell({ type: 'preview', preview })
  const counter = new LineCounter(preview.encoding)
  for (let start = 0; start < blob.size; start += CHUNK_BYTES) {
    counter.push(new Uint8Array(await blob.slice(start, start + CHUNK_BYTES).arrayBuffer()))
    tell({
      type: 'progress',
      bytesRead: Math.min(start + CHUNK_BYTES, blob.size),
      lines: counter.lines(),
    })
  }
  tell({ type: 'done', lines: counter.lines() })
}
