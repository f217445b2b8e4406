import { useCallback, useEffect, useRef, useState, type Dispatch } from 'react'

import { useApiKeyState } from '@/lib/api-key'
import { followStream, type StreamEvent } from '@/lib/event-stream'
import { asProblem } from '@/lib/problem'
import type { Upload, UploadsPage } from '@/lib/schemas'

import { getUploads, getUploadsPage } from '../api/get-uploads'

import type { Freshness } from './files-context'
import type { FilesAction, Submitted } from './files-reducer'

const PROGRESS_PATH = '/billings/csv/progress'
const POLL_MS = 3_000

function usePageVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden)
  useEffect(() => {
    const update = () => setVisible(!document.hidden)
    document.addEventListener('visibilitychange', update)
    return () => document.removeEventListener('visibilitychange', update)
  }, [])
  return visible
}

/** Hear the progress stream while the tab is seen: browsers allow few open connections a server. */
function useProgressStream(dispatch: Dispatch<FilesAction>, keyVersion: number): boolean {
  const [open, setOpen] = useState(false)
  const visible = usePageVisible()
  useEffect(() => {
    if (!visible) return
    const stop = new AbortController()
    const hear = ({ event, data }: StreamEvent) => {
      if (event !== 'uploads') return
      const { records } = JSON.parse(data) as { records: Upload[] }
      dispatch({ type: 'GET_SUBMITTED_FILES', step: 'told', records })
    }
    void followStream({
      path: PROGRESS_PATH,
      onEvent: hear,
      onOpenChange: (isOpen) => setOpen(isOpen && !stop.signal.aborted),
      signal: stop.signal,
    })
    return () => stop.abort()
  }, [dispatch, visible, keyVersion])
  return open
}

/**
 * Ask for the list, one answer at a time: what a person asked for supersedes what is under way, and a
 * poll waits its turn. An older answer never overwrites a newer one, nor shortens a list made longer.
 */
function useLatestRequest(dispatch: Dispatch<FilesAction>) {
  const latest = useRef(0)
  const isBusy = useRef(false)
  return useCallback(
    async (step: 'read' | 'read_more', ask: () => Promise<UploadsPage>, isPoll: boolean) => {
      if (isPoll && isBusy.current) return
      latest.current += 1
      const own = latest.current
      isBusy.current = true
      try {
        const { records, next } = await ask()
        if (own !== latest.current) return
        dispatch({ type: 'GET_SUBMITTED_FILES', step, records, next: next ?? null })
      } catch (error) {
        if (own !== latest.current) return
        dispatch({ type: 'GET_SUBMITTED_FILES', step: 'failed', problem: asProblem(error) })
      } finally {
        if (own === latest.current) isBusy.current = false
      }
    },
    [dispatch],
  )
}

/** Keep the list of submitted files: read on opening, then told by the stream, else polled. */
export function useSubmittedFiles(dispatch: Dispatch<FilesAction>, submitted: Submitted) {
  const { version: keyVersion, wanted: keyWanted } = useApiKeyState()
  const shown = useRef({ records: 0, next: null as string | null })
  useEffect(() => {
    shown.current = { records: submitted.records.length, next: submitted.next }
  }, [submitted])

  const request = useLatestRequest(dispatch)
  const read = useCallback(
    (isPoll: boolean) =>
      request('read', () => getUploads(shown.current.records), isPoll),
    [request],
  )
  const refresh = useCallback(() => {
    dispatch({ type: 'GET_SUBMITTED_FILES', step: 'begun' })
    return read(false)
  }, [dispatch, read])
  const readMore = useCallback(() => {
    dispatch({ type: 'GET_SUBMITTED_FILES', step: 'begun' })
    return request('read_more', () => getUploadsPage(shown.current.next), false)
  }, [dispatch, request])

  useEffect(() => {
    void refresh()
  }, [refresh, keyVersion])

  const isLive = useProgressStream(dispatch, keyVersion)
  useEffect(() => {
    if (isLive || keyWanted) return
    const timer = setInterval(() => {
      if (!document.hidden) void read(true)
    }, POLL_MS)
    return () => clearInterval(timer)
  }, [isLive, keyWanted, read])

  const freshness: Freshness = isLive ? 'live' : 'polling'
  return { refresh, readMore, freshness }
}
