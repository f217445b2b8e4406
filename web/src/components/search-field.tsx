import { CloseButton, TextInput } from '@mantine/core'
import { useState } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import { IconSearch } from './icons'

type SearchFieldProps = {
  label: string
  placeholder: string
  value: string
  onSearch: (value: string) => void
}

/** An exact search, sent by Enter: half an identifier would never match. Give it a `key` of its value. */
export function SearchField({ label, placeholder, value, onSearch }: SearchFieldProps) {
  const { t } = useText()
  const [draft, setDraft] = useState(value)
  const clear = () => {
    setDraft('')
    onSearch('')
  }
  return (
    <form
      role="search"
      aria-label={label}
      style={{ flex: '1 1 260px', maxWidth: 420 }}
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(draft.trim())
      }}
    >
      <TextInput
        aria-label={label}
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
