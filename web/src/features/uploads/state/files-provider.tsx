import { useCallback, useMemo, useReducer, type ReactNode } from 'react'

import { FilesContext } from './files-context'
import { filesReducer, filesStateInitial } from './files-reducer'
import { useChosenFile } from './use-chosen-file'
import { useSendFile } from './use-send-file'
import { useSubmittedFiles } from './use-submitted-files'

/** Holds the state of files above the routes, so that sending goes on while a person looks elsewhere. */
export function FilesProvider({ children }: { children: ReactNode }) {
  const [state, dispatch] = useReducer(filesReducer, filesStateInitial)
  const chooseFile = useChosenFile(dispatch)
  const { refresh, readMore, freshness } = useSubmittedFiles(dispatch, state.submitted)
  const { send, cancel: cancelSending } = useSendFile(dispatch, state.sending, refresh)
  const chosenFile = state.chosen?.file
  const sendChosen = useCallback(
    () => (chosenFile === undefined ? Promise.resolve() : send(chosenFile)),
    [chosenFile, send],
  )
  const value = useMemo(
    () => ({ state, freshness, chooseFile, sendChosen, cancelSending, refresh, readMore }),
    [state, freshness, chooseFile, sendChosen, cancelSending, refresh, readMore],
  )
  return <FilesContext value={value}>{children}</FilesContext>
}
