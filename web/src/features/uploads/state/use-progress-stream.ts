import { onlineManager, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore, type Dispatch } from 'react'

import { useApiKeyState } from '@/lib/api-key'
import { followStream } from '@/lib/event-stream'
import type { Upload } from '@/lib/schemas'

import { tellUploads, uploadsQuery } from '../api/get-uploads'

import type { FilesAction } from './files-reducer'

const PROGRESS_PATH = '/billings/csv/progress?only_changed=true'

function subscribeVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}

/** Hear the progress stream while the tab is seen: browsers allow few open connections a server. */
export function useProgressStream(dispatch: Dispatch<FilesAction>): void {
  const client = useQueryClient()
  const { version: keyVersion } = useApiKeyState()
  const isVisible = useSyncExternalStore(subscribeVisibility, () => !document.hidden)
  useEffect(() => {
    if (!isVisible) return
    const stop = new AbortController()
    void followStream({
      path: PROGRESS_PATH,
      onEvent: ({ event, data }) => {
        if (event !== 'uploads') return
        tellUploads(client, (JSON.parse(data) as { records: Upload[] }).records)
      },
      onOpenChange: (isOpen) => {
        const freshness = isOpen && !stop.signal.aborted ? 'live' : 'polling'
        dispatch({ type: 'GET_SUBMITTED_FILES', freshness })
      },
      signal: stop.signal,
    })
    return () => stop.abort()
  }, [client, dispatch, isVisible, keyVersion])
  // A stream cut off by a lost network is silent at first; asking tells at once whether it was.
  useEffect(
    () =>
      onlineManager.subscribe(
        () => void client.invalidateQueries({ queryKey: uploadsQuery.queryKey }),
      ),
    [client],
  )
}
