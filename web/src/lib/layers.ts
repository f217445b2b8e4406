/** Dialogs that lie over one another. `Esc` belongs to the topmost alone. */
import { useEffect, useRef } from 'react'

type Layer = { close: () => void }

let layers: Layer[] = []

/** Something lies over the page: keys of the page are not meant now. */
export function hasLayers(): boolean {
  return layers.length > 0
}

window.addEventListener('keydown', (event) => {
  // A menu or a list of choices within a dialog has closed itself by the same key.
  if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) layers.at(-1)?.close()
})

/** Count an open dialog as a layer. */
export function useLayer(isOpen: boolean, onClose: () => void): void {
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  })
  useEffect(() => {
    if (!isOpen) return
    const layer = { close: () => close.current() }
    layers.push(layer)
    return () => {
      layers = layers.filter((other) => other !== layer)
    }
  }, [isOpen])
}
