import { useSearchParams } from 'react-router'

/** Page state in the URL: filters by name, and one `after` for every page gone past. */
export function useKeyset() {
  const [params, setParams] = useSearchParams()
  const cursors = params.getAll('after')

  const turnTo = (next: string[]) =>
    setParams((before) => {
      const after = new URLSearchParams(before)
      after.delete('after')
      next.forEach((cursor) => after.append('after', cursor))
      return after
    })

  /** Change filters; the pages begin anew. An empty value takes a filter away. */
  const filter = (changes: Record<string, string | null>) =>
    setParams((before) => {
      const after = new URLSearchParams(before)
      after.delete('after')
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') after.delete(name)
        else after.set(name, value)
      }
      return after
    })

  /** Set one value of the address that does not change the list: what is open beside it. */
  const set = (name: string, value: string | null) =>
    setParams((before) => {
      const after = new URLSearchParams(before)
      if (value === null) after.delete(name)
      else after.set(name, value)
      return after
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
