/** The state of files: the chosen one, its sending, and how the submitted ones are got. Three actions only. */
import type { ApiProblem } from '@/lib/problem'
import type { UploadCheck } from '@/lib/schemas'

/** What becomes of the chosen file: it is sent to be checked; nothing is billed by that. */
export type Sending =
  | { phase: 'idle' }
  | { phase: 'sending'; bytesSent: number; bytesTotal: number }
  /** All bytes are delivered; the API reads them. */
  | { phase: 'checking' }
  | { phase: 'checked'; check: UploadCheck }
  | { phase: 'failed'; problem: ApiProblem }
  | { phase: 'cancelled' }

/** How the list of submitted files is kept fresh just now; the list itself is in the query cache. */
export type Freshness = 'live' | 'polling'

export type FilesState = { chosen: File | null; sending: Sending; freshness: Freshness }

export type FilesAction =
  /** A file was chosen; null: it was discarded, or what became of it has been seen. */
  | { type: 'SET_FILE'; file: File | null }
  | { type: 'UPLOAD_FILE'; file: File; sending: Sending }
  /** The list is told by the progress stream from now on, or has to be asked for. */
  | { type: 'GET_SUBMITTED_FILES'; freshness: Freshness }

export const filesStateInitial: FilesState = {
  chosen: null,
  sending: { phase: 'idle' },
  freshness: 'polling',
}

/** Whether bytes are going out, or an answer about them is awaited. */
export function isBusy({ phase }: Sending): boolean {
  return phase === 'sending' || phase === 'checking'
}

/** A file that was checked is kept by the server: the page is free for the next one. */
function uploadFile(state: FilesState, file: File, sending: Sending): FilesState {
  // A late word about a file that is no longer the chosen one.
  if (state.chosen !== file) return state
  return { ...state, sending, chosen: sending.phase === 'checked' ? null : file }
}

export function filesReducer(state: FilesState, action: FilesAction): FilesState {
  switch (action.type) {
    case 'SET_FILE':
      return { ...state, chosen: action.file, sending: { phase: 'idle' } }
    case 'UPLOAD_FILE':
      return uploadFile(state, action.file, action.sending)
    case 'GET_SUBMITTED_FILES':
      return { ...state, freshness: action.freshness }
  }
}
