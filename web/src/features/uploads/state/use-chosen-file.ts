import { useCallback, useEffect, useRef, type Dispatch } from 'react'

import type { ScanMessage } from '../scan/scan-blob'
import { scanFile } from '../scan/scan-file'

import type { ChosenFile, FilesAction } from './files-reducer'

function foundBy(message: ScanMessage, file: File): Partial<Omit<ChosenFile, 'file'>> {
  switch (message.type) {
    case 'workbook':
      return { isWorkbook: true }
    case 'preview':
      return { preview: message.preview }
    case 'progress':
      return { bytesRead: message.bytesRead, lines: message.lines }
    case 'done':
      return { scan: 'done', bytesRead: file.size, lines: message.lines }
    case 'failed':
      return { scan: 'failed' }
  }
}

/** Choose a file (null: discard it) and scan it; a new choice stops the scan before it. */
export function useChosenFile(dispatch: Dispatch<FilesAction>): (file: File | null) => void {
  const stopScan = useRef<() => void>(() => undefined)
  useEffect(() => () => stopScan.current(), [])
  return useCallback(
    (file) => {
      stopScan.current()
      if (file === null) {
        dispatch({ type: 'SET_FILE', chosen: null })
        return
      }
      const found = { preview: null, isWorkbook: false, bytesRead: 0, lines: 0 }
      const chosen = { file, scan: 'reading', ...found } as const
      dispatch({ type: 'SET_FILE', chosen })
      stopScan.current = scanFile(file, (message) =>
        dispatch({ type: 'SET_FILE', file, found: foundBy(message, file) }),
      )
    },
    [dispatch],
  )
}
