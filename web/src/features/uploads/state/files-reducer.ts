/** The state of files: the chosen one, its sending, and those submitted. Changed by three actions only. */
import type { ApiProblem } from '@/lib/problem'
import type { Upload, UploadAnswer } from '@/lib/schemas'

import type { CsvPreview } from '../scan/csv-preview'

export type ChosenFile = {
  file: File
  scan: 'reading' | 'done' | 'failed'
  preview: CsvPreview | null
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

export type Submitted = {
  phase: 'loading' | 'ready' | 'failed'
  records: Upload[]
  /** Cursor of the page after the last one shown; null at the end. */
  next: string | null
  problem: ApiProblem | null
  refreshing: boolean
}

export type FilesState = { chosen: ChosenFile | null; sending: Sending; submitted: Submitted }

export type FilesAction =
  /** A file was chosen (null: discarded), or the scan of the chosen one found more. */
  | { type: 'SET_FILE'; chosen: ChosenFile | null }
  | { type: 'SET_FILE'; file: File; found: Partial<Omit<ChosenFile, 'file'>> }
  | { type: 'UPLOAD_FILE'; sending: Sending }
  | { type: 'GET_SUBMITTED_FILES'; step: 'begun' }
  | { type: 'GET_SUBMITTED_FILES'; step: 'failed'; problem: ApiProblem }
  /** The list from its top, as long as it was shown before. */
  | { type: 'GET_SUBMITTED_FILES'; step: 'read'; records: Upload[]; next: string | null }
  /** One more page at the end. */
  | { type: 'GET_SUBMITTED_FILES'; step: 'read_more'; records: Upload[]; next: string | null }
  /** The newest files, told by the progress stream. */
  | { type: 'GET_SUBMITTED_FILES'; step: 'told'; records: Upload[] }

export const filesStateInitial: FilesState = {
  chosen: null,
  sending: { phase: 'idle' },
  submitted: { phase: 'loading', records: [], next: null, problem: null, refreshing: false },
}

type SetFile = Extract<FilesAction, { type: 'SET_FILE' }>
type GetSubmittedFiles = Extract<FilesAction, { type: 'GET_SUBMITTED_FILES' }>

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

/** Newer records take the place of older ones with the same id; unknown ones come on top. */
export function mergeNewest(known: Upload[], newest: Upload[]): Upload[] {
  const byId = new Map(newest.map((upload) => [upload.id, upload]))
  const knownIds = new Set(known.map((upload) => upload.id))
  const added = newest.filter((upload) => !knownIds.has(upload.id))
  return [...added, ...known.map((upload) => byId.get(upload.id) ?? upload)]
}

function appendOlder(known: Upload[], older: Upload[]): Upload[] {
  const knownIds = new Set(known.map((upload) => upload.id))
  return [...known, ...older.filter((upload) => !knownIds.has(upload.id))]
}

function getSubmittedFiles(submitted: Submitted, action: GetSubmittedFiles): Submitted {
  const settled = { phase: 'ready', problem: null, refreshing: false } as const
  switch (action.step) {
    case 'begun':
      return { ...submitted, refreshing: true }
    case 'failed': {
      const phase = submitted.phase === 'ready' ? 'ready' : 'failed'
      return { ...submitted, phase, problem: action.problem, refreshing: false }
    }
    case 'read':
      return { ...settled, records: action.records, next: action.next }
    case 'read_more':
      return {
        ...settled,
        records: appendOlder(submitted.records, action.records),
        next: action.next,
      }
    case 'told':
      // Until the first page is read, the cursor of the next page is unknown: wait for it.
      if (submitted.phase !== 'ready') return submitted
      return { ...submitted, problem: null, records: mergeNewest(submitted.records, action.records) }
  }
}

export function filesReducer(state: FilesState, action: FilesAction): FilesState {
  switch (action.type) {
    case 'SET_FILE':
      return setFile(state, action)
    case 'UPLOAD_FILE':
      return uploadFile(state, action.sending)
    case 'GET_SUBMITTED_FILES':
      return { ...state, submitted: getSubmittedFiles(state.submitted, action) }
  }
}
