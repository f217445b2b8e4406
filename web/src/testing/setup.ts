import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'

import { forgetApiKey } from '@/lib/api-key'
import { loadOverviewWords, loadPageWords } from '@/lib/i18n/page-words'

import { db, emptyDb } from './db'
import { server } from './server'

configure({ asyncUtilTimeout: 5_000 })

/** What jsdom lacks and the page needs. */
function mendJsdom(): void {
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {
        return undefined
      }
      unobserve() {
        return undefined
      }
      disconnect() {
        return undefined
      }
    },
  )
  window.scrollTo = () => undefined
  HTMLElement.prototype.hidePopover = () => undefined
  Element.prototype.scrollIntoView = () => undefined
  URL.createObjectURL = () => 'blob:http://127.0.0.1:8888/test'
  URL.revokeObjectURL = () => undefined
  Object.defineProperty(navigator, 'pdfViewerEnabled', { value: true, configurable: true })
  Blob.prototype.arrayBuffer = function arrayBuffer(this: Blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader()
      reader.addEventListener('load', () => resolve(reader.result as ArrayBuffer))
      reader.addEventListener('error', () => reject(new Error('unreadable')))
      reader.readAsArrayBuffer(this)
    })
  }
}

mendJsdom()
beforeAll(() => Promise.all([loadPageWords(), loadOverviewWords()]))
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
beforeEach(() => Object.assign(db, emptyDb()))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  server.events.removeAllListeners()
  forgetApiKey()
  window.localStorage.clear()
})
afterAll(() => server.close())
