import { createContext, use } from 'react'

import { filesStateInitial, type FilesState } from './files-reducer'

/** How the list of submitted files is kept fresh just now. */
export type Freshness = 'live' | 'polling'

export type FilesValue = {
  state: FilesState
  freshness: Freshness
  chooseFile: (file: File | null) => void
  sendChosen: () => Promise<void>
  cancelSending: () => void
  refresh: () => Promise<void>
  readMore: () => Promise<void>
}

const nothing = () => Promise.resolve()

export const FilesContext = createContext<FilesValue>({
  state: filesStateInitial,
  freshness: 'polling',
  chooseFile: () => undefined,
  sendChosen: nothing,
  cancelSending: () => undefined,
  refresh: nothing,
  readMore: nothing,
})

export function useFiles(): FilesValue {
  return use(FilesContext)
}
