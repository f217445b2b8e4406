import { useEffect, type ReactNode } from 'react'
import { useLocation, useNavigate } from 'react-router'

import { currentAddress } from '@/lib/paths'
import { takeSearch } from '@/lib/search-state'

/** The page of today under the addresses of yesterday, and no person's data left in any of them. */
export function FormerAddresses({ children }: { children: ReactNode }) {
  const location = useLocation()
  const navigate = useNavigate()
  const here = location.pathname + location.search + location.hash
  const { address, search } = takeSearch(currentAddress(location) ?? here)
  const isFormer = address !== here
  useEffect(() => {
    if (!isFormer) return
    const state: unknown = search === null ? location.state : { search }
    void navigate(address, { replace: true, state })
  }, [address, isFormer, navigate, search, location.state])
  return isFormer ? null : children
}
