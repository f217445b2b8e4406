import { useQuery } from '@tanstack/react-query'

import { aboutQuery } from '@/lib/about-query'
import { formatTaxId } from '@/lib/format'
import type { Upload } from '@/lib/schemas'

/** Who is paid by a file, where that is worth a word: a demonstration, or not who is paid here now. */
export function useOwner(): (upload: Upload) => string | null {
  const { data: about } = useQuery(aboutQuery)
  return ({ beneficiary, beneficiary_tax_id }) => {
    if (about === undefined) return null
    const isOwn = !about.demonstration && beneficiary === about.beneficiary
    return isOwn ? null : `${beneficiary} (${formatTaxId(beneficiary_tax_id)})`
  }
}
