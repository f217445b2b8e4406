import { useQuery } from '@tanstack/react-query'

import { aboutQuery } from '@/lib/about-query'
import type { Upload } from '@/lib/schemas'

/** Whether who is paid by a file is worth a word: a demonstration, or not who is paid here now. */
export function useIsForeign(): (upload: Upload) => boolean {
  const { data: about } = useQuery(aboutQuery)
  return ({ beneficiary }) =>
    about !== undefined && (about.demonstration || beneficiary !== about.beneficiary)
}
