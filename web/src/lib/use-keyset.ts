import { useLocation, useSearchParams } from 'react-router'

import { searchOf } from './search-state'

/**
 * Page state in the URL: filters by name, and one `after` for every page gone past. What is searched
 * for names persons, and an address is kept by proxies and histories: it stands in the page's state.
 */
export function useKeyset() {
  const [address, setAddress] = useSearchParams()
  const location = useLocation()
  const search = searchOf(location.state)
  const params = new URLSearchParams(address)
  if (search !== null) params.set('search', search)
  const cursors = params.getAll('after')

  const change = (act: (after: URLSearchParams) => void) => {
    const after = new URLSearchParams(params)
    act(after)
    const searched = after.get('search')
    after.delete('search')
    setAddress(after, { state: searched === null ? null : { search: searched } })
  }

  const turnTo = (next: string[]) =>
    change((after) => {
      after.delete('after')
      next.forEach((cursor) => after.append('after', cursor))
    })

  /** Change filters; the pages begin anew. An empty value takes a filter away. */
  const filter = (changes: Record<string, string | null>) =>
    change((after) => {
      after.delete('after')
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') after.delete(name)
        else after.set(name, value)
      }
    })

  /** Set one value of the address that does not change the list: what is open beside it. */
  const set = (name: string, value: string | null) =>
    change((after) => {
      if (value === null) after.delete(name)
      else after.set(name, value)
    })

  return {
    params,
    filter,
    set,
    after: cursors.at(-1) ?? null,
    page: cursors.length + 1,
    /** Handlers for a pager, null where there is no such page. */
    previous: cursors.length === 0 ? null : () => turnTo(cursors.slice(0, -1)),
    nextBy: (next: string | null | undefined) =>
      next === null || next === undefined ? null : () => turnTo([...cursors, next]),
  }
}
