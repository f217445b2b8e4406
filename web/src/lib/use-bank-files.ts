import { useCallback } from 'react'
import { useNavigate } from 'react-router'

import { isBankFile } from './bank-file'
import { offerReturn } from './offered-return'
import { paths } from './paths'

/** Lead a file to the return files when it is a bank's; false when it is another's. */
export function useBankFiles(): (file: File) => Promise<boolean> {
  const navigate = useNavigate()
  return useCallback(
    async (file) => {
      if (!(await isBankFile(file))) return false
      offerReturn(file)
      await navigate(paths.returns)
      return true
    },
    [navigate],
  )
}
