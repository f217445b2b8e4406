import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, type Dispatch } from 'react'

import { asProblem } from '@/lib/problem'

import { uploadsQuery } from '../api/get-uploads'
import { sendFile } from '../api/send-file'

import type { FilesAction, Sending } from './files-reducer'

/** Ask before the tab is closed while bytes are still going out. */
function useLeaveGuard(active: boolean): void {
  useEffect(() => {
    if (!active) return
    const guard = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', guard)
    return () => window.removeEventListener('beforeunload', guard)
  }, [active])
}

/** Send the file, reporting every step by UPLOAD_FILE. After a 200 the list is read again. */
export function useSendFile(dispatch: Dispatch<FilesAction>, sending: Sending) {
  const client = useQueryClient()
  const connection = useRef<AbortController | null>(null)
  useLeaveGuard(sending.phase === 'sending' || sending.phase === 'ingesting')

  const send = useCallback(
    async (file: File) => {
      const tell = (next: Sending) => dispatch({ type: 'UPLOAD_FILE', sending: next })
      connection.current = new AbortController()
      tell({ phase: 'sending', bytesSent: 0, bytesTotal: file.size })
      try {
        const answer = await sendFile({
          file,
          signal: connection.current.signal,
          onProgress: (bytesSent, bytesTotal) => tell({ phase: 'sending', bytesSent, bytesTotal }),
          onDelivered: () => tell({ phase: 'ingesting' }),
        })
        tell({ phase: 'accepted', answer })
      } catch (error) {
        const problem = asProblem(error)
        tell(problem.code === 'ABORTED' ? { phase: 'cancelled' } : { phase: 'failed', problem })
        return
      }
      await client.invalidateQueries({ queryKey: uploadsQuery.queryKey })
    },
    [dispatch, client],
  )
  const cancel = useCallback(() => connection.current?.abort(), [])
  return { send, cancel }
}
