import { useEffect, type RefObject } from 'react'

import { areKeysOn } from './key-switch'
import { hasLayers } from './layers'

/** Whether a key is meant for the page: nothing is being typed, nothing lies over it, and keys are wanted. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || hasLayers()) return false
  return areKeysOn() && !(event.target instanceof Element && event.target.matches('input, textarea, select, [contenteditable]'))
}

/** `/` brings the focus to the search, unless something is being typed or lies over the page. */
export function useSlash(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || !isForPage(event)) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    window.addEventListener('keydown', focus)
    return () => window.removeEventListener('keydown', focus)
  }, [input])
}
