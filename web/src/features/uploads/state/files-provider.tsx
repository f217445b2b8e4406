import { useCallback, useMemo, useReducer, type ReactNode } from 'react'

import { FilesContext } from './files-context'
import { filesReducer, filesStateInitial } from './files-reducer'
import { useChosenFile } from './use-chosen-file'
import { useProgressStream } from './use-progress-stream'
import { useSendFile } from './use-send-file'

/** Holds the chosen file above the routes, so that sending goes on while a person looks elsewhere. */
export function FilesProvider({ children }: { children: ReactNode }) {
  const [state, dispatch] = useReducer(filesReducer, filesStateInitial)
  const chooseFile = useChosenFile(dispatch)
  const { send, cancel: cancelSending } = useSendFile(dispatch, state.sending)
  useProgressStream(dispatch)
  const chosenFile = state.chosen?.file
  const sendChosen = useCallback(
    () => (chosenFile === undefined ? Promise.resolve() : send(chosenFile)),
    [chosenFile, send],
  )
  const value = useMemo(
    () => ({ state, chooseFile, sendChosen, cancelSending }),
    [state, chooseFile, sendChosen, cancelSending],
  )
  return <FilesContext value={value}>{children}</FilesContext>
}
