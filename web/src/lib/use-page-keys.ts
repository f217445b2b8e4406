import { useEffect } from 'react'

import { isForPage } from './use-slash'

/** What opens a row of a list: the name of a record, or the button of a line. */
const OPENERS = 'main [data-open]'

function step(by: 1 | -1): void {
  const openers = [...document.querySelectorAll<HTMLElement>(OPENERS)]
  const here = openers.findIndex((opener) => opener === document.activeElement)
  const next = here === -1 ? (by === 1 ? 0 : openers.length - 1) : here + by
  openers[next]?.focus()
}

/** `j` and `k` go along the rows of a page, where Enter opens; `e` sends a file. */
export function usePageKeys(): void {
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (!isForPage(event)) return
      if (event.key === 'j') step(1)
      else if (event.key === 'k') step(-1)
      else if (event.key === 'e' && !event.repeat) document.querySelector<HTMLElement>('[data-key=e]')?.click()
    }
    window.addEventListener('keydown', act)
    return () => window.removeEventListener('keydown', act)
  }, [])
}
