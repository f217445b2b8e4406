import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'

import { IconSearch } from '@/components/icons'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import { searchOf, type SearchState } from '@/lib/search-state'
import { useSlash } from '@/lib/use-slash'

import classes from './search-bar.module.css'

/** Fewer letters name too many. */
export const SEARCH_LENGTH_MIN = 3
const TYPING_MS = 250
const LENGTH_MAX = 320

/** Finds anything from every page. As one types the list is shown; Enter opens the one hit. */
export function SearchBar() {
  const { t } = useText()
  const location = useLocation()
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const typing = useRef<number>(undefined)
  const isThere = location.pathname === paths.search
  const searched = isThere ? searchOf(location.state) : null
  const [draft, setDraft] = useState(searched ?? '')
  useSlash(input)
  useEffect(() => {
    // Gone back or forth: the field says what the page shows. What is being typed stays.
    if (searched !== null && document.activeElement !== input.current) setDraft(searched)
  }, [searched])
  useEffect(() => () => window.clearTimeout(typing.current), [])

  const search = (state: SearchState) => {
    window.clearTimeout(typing.current)
    void navigate(paths.search, { state, replace: isThere })
  }
  const type = (text: string) => {
    setDraft(text)
    window.clearTimeout(typing.current)
    const wanted = text.trim()
    if (wanted.length < SEARCH_LENGTH_MIN) return
    typing.current = window.setTimeout(() => search({ search: wanted }), TYPING_MS)
  }
  return (
    <form
      role="search"
      aria-label={t.find.label}
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault()
        const wanted = draft.trim()
        if (wanted === '') return
        search({ search: wanted, opens: 'hit' })
        input.current?.blur()
      }}
    >
      <IconSearch size={16} aria-hidden="true" />
      <input
        ref={input}
        type="search"
        className={classes.input}
        aria-label={t.find.label}
        aria-keyshortcuts="/"
        placeholder={t.find.placeholder}
        value={draft}
        maxLength={LENGTH_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.currentTarget.value)}
        data-testid="find"
      />
      <kbd className={classes.key} aria-hidden="true">
        /
      </kbd>
    </form>
  )
}
