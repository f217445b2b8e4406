import { scanBlob, type ScanMessage } from './scan-blob'

/**
 * Scan in a worker; return what stops it. Where there is no worker, or its script cannot be loaded
 * (the page's server is down), scan in place: it is done in pieces there too.
 */
export function scanFile(file: File, tell: (message: ScanMessage) => void): () => void {
  if (typeof Worker === 'undefined') return scanInPlace(file, tell)
  const worker = new Worker(new URL('./scan.worker.ts', import.meta.url), { type: 'module' })
  let stop = () => worker.terminate()
  worker.addEventListener('message', (event: MessageEvent<ScanMessage>) => {
    tell(event.data)
    if (event.data.type === 'done' || event.data.type === 'failed') worker.terminate()
  })
  worker.addEventListener('error', () => {
    worker.terminate()
    stop = scanInPlace(file, tell)
  })
  worker.postMessage(file)
  return () => stop()
}

function scanInPlace(file: File, tell: (message: ScanMessage) => void): () => void {
  let stopped = false
  const tellWhileWanted = (message: ScanMessage) => {
    if (!stopped) tell(message)
  }
  scanBlob(file, tellWhileWanted).catch(() => tellWhileWanted({ type: 'failed' }))
  return () => {
    stopped = true
  }
}
