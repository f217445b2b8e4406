/** What is searched for, as the browser's history keeps it: a reload has it, an address does not. */

/** What a press of Enter wants: the one hit opened. From a billing it is its payer that is wanted. */
export type SearchWish = 'hit' | 'payer'

export type SearchState = { search: string; opens?: SearchWish }

/** The text in a page's state; null where there is none. */
export function searchOf(state: unknown): string | null {
  const isNamed = typeof state === 'object' && state !== null && 'search' in state
  return isNamed && typeof state.search === 'string' && state.search !== '' ? state.search : null
}

/** Whether a page's state asks for the one hit to be opened, and as what. */
export function wishOf(state: unknown): SearchWish | null {
  const isNamed = typeof state === 'object' && state !== null && 'opens' in state
  return isNamed && (state.opens === 'hit' || state.opens === 'payer') ? state.opens : null
}

/** Take what is searched for out of an address that still has it. */
export function takeSearch(address: string): { address: string; search: string | null } {
  const [path = '', query] = address.split('?', 2)
  const params = new URLSearchParams(query)
  const search = params.get('search')
  if (search === null) return { address, search }
  params.delete('search')
  return { address: params.size === 0 ? path : `${path}?${params.toString()}`, search }
}
