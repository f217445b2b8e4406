import { createContext, use } from 'react'

import { filesStateInitial, type FilesState } from './files-reducer'

type FilesValue = {
  state: FilesState
  chooseFile: (file: File | null) => void
  sendChosen: () => Promise<void>
  cancelSending: () => void
}

export const FilesContext = createContext<FilesValue>({
  state: filesStateInitial,
  chooseFile: () => undefined,
  sendChosen: () => Promise.resolve(),
  cancelSending: () => undefined,
})

export function useFiles(): FilesValue {
  return use(FilesContext)
}
