import { useEffect, useRef, type RefObject } from 'react'

/** Give the focus to an element that takes the place of the one that had it, so that it is not lost. */
export function useFocusOnMount<T extends HTMLElement>(isWanted = true): RefObject<T | null> {
  const element = useRef<T>(null)
  useEffect(() => {
    if (isWanted) element.current?.focus()
  }, [isWanted])
  return element
}
