import { createContext, use } from 'react'

import { filesStateInitial, type FilesState } from './files-reducer'

type FilesValue = {
  state: FilesState
  /** Choose a file and send it to be checked; null: let it go. */
  chooseFile: (file: File | null) => void
  /** Send the chosen file once more. */
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
