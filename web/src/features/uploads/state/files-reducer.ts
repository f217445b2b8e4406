/** The state of files: the chosen one, its sending, and how the submitted ones are got. Three actions only. */
import type { ApiProblem } from '@/lib/problem'
import type { UploadAnswer } from '@/lib/schemas'

import type { CsvPreview } from '../scan/csv-preview'

export type ChosenFile = {
  file: File
  scan: 'reading' | 'done' | 'failed'
  preview: CsvPreview | null
  /** Only the API reads it: there are no lines to count. */
  isWorkbook: boolean
  bytesRead: number
  lines: number
}

export type Sending =
  | { phase: 'idle' }
  | { phase: 'sending'; bytesSent: number; bytesTotal: number }
  /** All bytes are delivered; the API validates and stores. */
  | { phase: 'ingesting' }
  | { phase: 'accepted'; answer: UploadAnswer }
  | { phase: 'failed'; problem: ApiProblem }
  | { phase: 'cancelled' }

/** How the list of submitted files is kept fresh just now; the list itself is in the query cache. */
export type Freshness = 'live' | 'polling'

export type FilesState = { chosen: ChosenFile | null; sending: Sending; freshness: Freshness }

export type FilesAction =
  /** A file was chosen (null: discarded), or the scan of the chosen one found more. */
  | { type: 'SET_FILE'; chosen: ChosenFile | null }
  | { type: 'SET_FILE'; file: File; found: Partial<Omit<ChosenFile, 'file'>> }
  | { type: 'UPLOAD_FILE'; sending: Sending }
  /** The list is told by the progress stream from now on, or has to be asked for. */
  | { type: 'GET_SUBMITTED_FILES'; freshness: Freshness }

export const filesStateInitial: FilesState = {
  chosen: null,
  sending: { phase: 'idle' },
  freshness: 'polling',
}

type SetFile = Extract<FilesAction, { type: 'SET_FILE' }>

function setFile(state: FilesState, action: SetFile): FilesState {
  if ('chosen' in action) {
    return { ...state, chosen: action.chosen, sending: { phase: 'idle' } }
  }
  // A late word from the scan of a file that is no longer the chosen one.
  if (state.chosen?.file !== action.file) return state
  return { ...state, chosen: { ...state.chosen, ...action.found } }
}

/** A file accepted is a file done with: the form is free for the next one. */
function uploadFile(state: FilesState, sending: Sending): FilesState {
  return { ...state, sending, chosen: sending.phase === 'accepted' ? null : state.chosen }
}

export function filesReducer(state: FilesState, action: FilesAction): FilesState {
  switch (action.type) {
    case 'SET_FILE':
      return setFile(state, action)
    case 'UPLOAD_FILE':
      return uploadFile(state, action.sending)
    case 'GET_SUBMITTED_FILES':
      return { ...state, freshness: action.freshness }
  }
}
