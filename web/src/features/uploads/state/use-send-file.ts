import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, type Dispatch } from 'react'

import { asProblem } from '@/lib/problem'

import { sendFile } from '../api/send-file'
import { checkQuery, checksQuery } from '../checks/api/get-checks'

import { isBusy, type FilesAction, type Sending } from './files-reducer'

/** Ask before the tab is closed while bytes are still going out. */
function useLeaveGuard(active: boolean): void {
  useEffect(() => {
    if (!active) return
    const guard = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', guard)
    return () => window.removeEventListener('beforeunload', guard)
  }, [active])
}

/** Send the file to be checked, reporting every step by UPLOAD_FILE. */
export function useSendFile(dispatch: Dispatch<FilesAction>, sending: Sending) {
  const client = useQueryClient()
  const connection = useRef<AbortController | null>(null)
  useLeaveGuard(isBusy(sending))

  const send = useCallback(
    async (file: File) => {
      const tell = (next: Sending) => dispatch({ type: 'UPLOAD_FILE', file, sending: next })
      connection.current = new AbortController()
      tell({ phase: 'sending', bytesSent: 0, bytesTotal: file.size })
      try {
        const check = await sendFile({
          file,
          signal: connection.current.signal,
          onProgress: (bytesSent, bytesTotal) => tell({ phase: 'sending', bytesSent, bytesTotal }),
          onDelivered: () => tell({ phase: 'checking' }),
        })
        client.setQueryData(checkQuery(check.id).queryKey, check)
        tell({ phase: 'checked', check })
      } catch (error) {
        const problem = asProblem(error)
        tell(problem.code === 'ABORTED' ? { phase: 'cancelled' } : { phase: 'failed', problem })
        return
      }
      await client.invalidateQueries({ queryKey: checksQuery.queryKey })
    },
    [dispatch, client],
  )
  const cancel = useCallback(() => connection.current?.abort(), [])
  return { send, cancel }
}
