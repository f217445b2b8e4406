import { CloseButton, TextInput } from '@mantine/core'
import { useEffect, useRef, useState, type RefObject } from 'react'

import { useText } from '@/lib/i18n/locale-context'
import { hasLayers } from '@/lib/layers'

import { IconSearch } from './icons'

type SearchFieldProps = {
  label: string
  placeholder: string
  value: string
  onSearch: (value: string) => void
}

/** `/` brings the focus to the search, unless something is being typed or lies over the page. */
function useSlash(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || hasLayers()) return
      if (event.target instanceof Element && event.target.matches('input, textarea, select')) return
      event.preventDefault()
      input.current?.focus()
    }
    window.addEventListener('keydown', focus)
    return () => window.removeEventListener('keydown', focus)
  }, [input])
}

/** An exact search, sent by Enter: half an identifier would never match. Give it a `key` of its value. */
export function SearchField({ label, placeholder, value, onSearch }: SearchFieldProps) {
  const { t } = useText()
  const [draft, setDraft] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  useSlash(input)
  const clear = () => {
    setDraft('')
    onSearch('')
  }
  return (
    <form
      role="search"
      style={{ flex: '1 1 260px', maxWidth: 420 }}
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(draft.trim())
      }}
    >
      <TextInput
        ref={input}
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={
          draft === '' ? null : <CloseButton size="sm" aria-label={t.common.clear} onClick={clear} />
        }
        data-testid="search-input"
      />
    </form>
  )
}
