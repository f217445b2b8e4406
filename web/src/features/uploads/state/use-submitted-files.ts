import { useCallback, useEffect, useRef, useState, type Dispatch } from 'react'

import { useApiKeyState } from '@/lib/api-key'
import { followStream, type StreamEvent } from '@/lib/event-stream'
import { asProblem } from '@/lib/problem'
import type { Upload } from '@/lib/schemas'

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

/** Keep the list of submitted files: read on opening, then told by the stream, else polled. */
export function useSubmittedFiles(dispatch: Dispatch<FilesAction>, submitted: Submitted) {
  const { version: keyVersion, wanted: keyWanted } = useApiKeyState()
  const shown = useRef({ records: 0, next: null as string | null })
  useEffect(() => {
    shown.current = { records: submitted.records.length, next: submitted.next }
  }, [submitted])

  const read = useCallback(async () => {
    try {
      const page = await getUploads(shown.current.records)
      dispatch({
        type: 'GET_SUBMITTED_FILES',
        step: 'read',
        records: page.records,
        next: page.next ?? null,
      })
    } catch (error) {
      dispatch({ type: 'GET_SUBMITTED_FILES', step: 'failed', problem: asProblem(error) })
    }
  }, [dispatch])

  const refresh = useCallback(async () => {
    dispatch({ type: 'GET_SUBMITTED_FILES', step: 'begun' })
    await read()
  }, [dispatch, read])

  const readMore = useCallback(async () => {
    dispatch({ type: 'GET_SUBMITTED_FILES', step: 'begun' })
    try {
      const { records, next } = await getUploadsPage(shown.current.next)
      dispatch({ type: 'GET_SUBMITTED_FILES', step: 'read_more', records, next: next ?? null })
    } catch (error) {
      dispatch({ type: 'GET_SUBMITTED_FILES', step: 'failed', problem: asProblem(error) })
    }
  }, [dispatch])

  useEffect(() => {
    void refresh()
  }, [refresh, keyVersion])

  const isLive = useProgressStream(dispatch, keyVersion)
  useEffect(() => {
    if (isLive || keyWanted) return
    const timer = setInterval(() => {
      if (!document.hidden) void read()
    }, POLL_MS)
    return () => clearInterval(timer)
  }, [isLive, keyWanted, read])

  const freshness: Freshness = isLive ? 'live' : 'polling'
  return { refresh, readMore, freshness }
}
