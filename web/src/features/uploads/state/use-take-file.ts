import { useCallback } from 'react'
import { useNavigate } from 'react-router'

import { paths } from '@/lib/paths'

import { useFiles } from './files-context'
import { isBusy } from './files-reducer'

/** Take a file from anywhere on the page: it is sent to be checked, and *Conferir* opens. */
export function useTakeFile(): (file: File) => void {
  const navigate = useNavigate()
  const { state, chooseFile } = useFiles()
  const busy = isBusy(state.sending)
  return useCallback(
    (file) => {
      // One that is on its way is not given up for another: it is shown.
      if (!busy) chooseFile(file)
      void navigate(paths.newCheck)
    },
    [busy, chooseFile, navigate],
  )
}
