/** A return file that was let fall somewhere, until the page of return files takes it. */
import { useSyncExternalStore } from 'react'

let offered: File | null = null
const listeners = new Set<() => void>()

function set(file: File | null): void {
  offered = file
  listeners.forEach((listener) => listener())
}

export const offerReturn = (file: File): void => set(file)

/** Take the file: nobody else gets it. */
export function takeReturn(): File | null {
  const file = offered
  if (file !== null) set(null)
  return file
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The file that waits to be taken. */
export function useOfferedReturn(): File | null {
  return useSyncExternalStore(subscribe, () => offered)
}
