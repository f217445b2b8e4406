import { startTransition, useCallback } from 'react'
import { useNavigate } from 'react-router'

import { paths } from '@/lib/paths'
import { useBankFiles } from '@/lib/use-bank-files'

import { useFiles } from './files-context'
import { isBusy } from './files-reducer'

/**
 * Take a file from anywhere on the page. A bank's goes to the return files; of debts it is sent to be
 * checked, and *Conferir* opens.
 */
export function useTakeFile(): (file: File) => void {
  const navigate = useNavigate()
  const leadBankFile = useBankFiles()
  const { state, chooseFile } = useFiles()
  const busy = isBusy(state.sending)
  return useCallback(
    (file) => {
      void leadBankFile(file).then((isBanks) => {
        if (isBanks) return
        // At once, however late *Conferir* is here: the strip is for who has left it, and would push this page down.
        startTransition(() => {
          // One that is on its way is not given up for another: it is shown.
          if (!busy) chooseFile(file)
          void navigate(paths.newCheck)
        })
      })
    },
    [busy, chooseFile, leadBankFile, navigate],
  )
}
