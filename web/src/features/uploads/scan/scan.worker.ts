/** Reads the chosen file off the page's thread, so that a file of any size never freezes it. */
import { scanBlob, type ScanMessage } from './scan-blob'

const tell = (message: ScanMessage): void => self.postMessage(message)

self.addEventListener('message', (event: MessageEvent<File>) => {
  scanBlob(event.data, tell).catch(() => tell({ type: 'failed' }))
})
