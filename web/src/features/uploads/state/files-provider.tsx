import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useReducer, type ReactNode } from 'react'

import { aboutQuery } from '@/lib/about-query'

import { faultOf } from './file-fault'
import { FilesContext } from './files-context'
import { filesReducer, filesStateInitial } from './files-reducer'
import { useProgressStream } from './use-progress-stream'
import { useSendFile } from './use-send-file'

/** Holds the chosen file above the routes, so that sending goes on while a person looks elsewhere. */
export function FilesProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [state, dispatch] = useReducer(filesReducer, filesStateInitial)
  const { send, cancel: cancelSending } = useSendFile(dispatch, state.sending)
  useProgressStream(dispatch)
  const { chosen } = state
  const chooseFile = useCallback(
    (file: File | null) => {
      cancelSending()
      dispatch({ type: 'SET_FILE', file })
      const bytesMax = client.getQueryData(aboutQuery.queryKey)?.upload_bytes_max ?? null
      // To be checked is what a file is chosen for: nothing is billed by that.
      if (file !== null && faultOf(file, bytesMax) === null) void send(file)
    },
    [cancelSending, client, send],
  )
  const sendChosen = useCallback(
    () => (chosen === null ? Promise.resolve() : send(chosen)),
    [chosen, send],
  )
  const value = useMemo(
    () => ({ state, chooseFile, sendChosen, cancelSending }),
    [state, chooseFile, sendChosen, cancelSending],
  )
  return <FilesContext value={value}>{children}</FilesContext>
}
