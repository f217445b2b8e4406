import { useInfiniteQuery } from '@tanstack/react-query'

import { useApiKeyState } from '@/lib/api-key'

import { foundUploadsQuery, uploadsQuery, type FileFilter } from '../api/get-uploads'

import { useFiles } from './files-context'

const POLL_MS = 3_000
/** The stream tells of the newest files only; older ones that still move are asked for now and then. */
const POLL_LIVE_MS = 30_000

/** The submitted files, kept fresh: told by the stream, else polled. */
export function useUploads() {
  return useInfiniteQuery({ ...uploadsQuery, refetchInterval: usePolling() })
}

/** The files of a filter, kept fresh in the same way. */
export function useFoundUploads(filter: FileFilter) {
  return useInfiniteQuery({ ...foundUploadsQuery(filter), refetchInterval: usePolling() })
}

function usePolling(): number | false {
  const { state } = useFiles()
  const { wanted: isKeyWanted } = useApiKeyState()
  if (isKeyWanted) return false
  return state.freshness === 'live' ? POLL_LIVE_MS : POLL_MS
}
