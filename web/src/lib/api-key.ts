/** The API key of this browser tab, and whether the API has asked for one. */
import { useSyncExternalStore } from 'react'

const STORAGE_KEY = 'cobranca.api_key'

export type ApiKeyState = {
  /** Grows with every key entered or forgotten; whoever holds a connection starts it anew. */
  version: number
  /** A key is kept in this tab. */
  kept: boolean
  /** The API refused the last call for want of a (right) key. */
  wanted: boolean
  /** A key was sent and refused. */
  refused: boolean
}

export function getApiKey(): string | null {
  return window.sessionStorage.getItem(STORAGE_KEY)
}

let state: ApiKeyState = { version: 0, kept: getApiKey() !== null, wanted: false, refused: false }
const listeners = new Set<() => void>()

function change(next: ApiKeyState): void {
  state = next
  listeners.forEach((listener) => listener())
}

export function setApiKey(key: string): void {
  window.sessionStorage.setItem(STORAGE_KEY, key)
  change({ version: state.version + 1, kept: true, wanted: false, refused: false })
}

/** What the key has opened stays on the screen: whoever calls this asks for it anew. */
export function forgetApiKey(): void {
  window.sessionStorage.removeItem(STORAGE_KEY)
  change({ version: state.version + 1, kept: false, wanted: false, refused: false })
}

/** Told by the HTTP client on a 401. A key entered since the call began is not to blame. */
export function reportUnauthorized(keySent: string | null): void {
  if (keySent !== getApiKey() || state.wanted) return
  change({ ...state, wanted: true, refused: keySent !== null })
}

export function authorizationHeader(key: string | null): Record<string, string> {
  return key === null ? {} : { Authorization: `Bearer ${key}` }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useApiKeyState(): ApiKeyState {
  return useSyncExternalStore(subscribe, () => state)
}
