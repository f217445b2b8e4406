import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Link, NavLink, Outlet, useLocation } from 'react-router'

import { aboutQuery } from '@/lib/about-query'
import type { Locale } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { About } from '@/lib/schemas'
import { useNoStrayDrops } from '@/lib/use-no-stray-drops'

import classes from './shell.module.css'

const LANGUAGES: [Locale, string, string][] = [
  ['pt-BR', 'PT', 'Português'],
  ['en', 'EN', 'English'],
]

function Brand() {
  return (
    <Link to={paths.uploads} className={classes.brand}>
      <svg width="26" height="22" viewBox="0 0 26 22" aria-hidden="true" fill="currentColor">
        <rect x="0" width="2" height="22" />
        <rect x="4" width="5" height="22" />
        <rect x="11" width="1.5" height="22" />
        <rect x="14.5" width="1.5" height="22" />
        <rect x="18" width="3" height="22" fill="#e0a53c" />
        <rect x="23" width="2" height="22" />
      </svg>
      Cobrança
    </Link>
  )
}

function LanguageSwitch() {
  const { t, locale, setLocale } = useText()
  return (
    <div className={classes.language} role="group" aria-label={t.app.language}>
      {LANGUAGES.map(([value, short, name]) => (
        <button
          key={value}
          type="button"
          lang={value}
          aria-label={name}
          aria-pressed={locale === value}
          onClick={() => setLocale(value)}
          data-testid={`language-${value === 'en' ? 'en' : 'pt'}`}
        >
          {short}
        </button>
      ))}
    </div>
  )
}

function Footer({ about }: { about: About }) {
  const { t } = useText()
  const parts = [
    about.beneficiary,
    t.app.bank(about.bank_name, about.bank),
    t.app.wallet(about.wallet),
    t.app.version(about.version),
  ]
  return (
    <footer className={classes.footer} data-testid="about">
      {parts.join(' · ')}
    </footer>
  )
}

/** Bring the reader, and the screen reader, to the top of a page newly opened. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const isFirst = useRef(true)
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false
      return
    }
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [pathname])
  return main
}

/** What stands around every page. */
export function Shell() {
  const { t } = useText()
  const about = useQuery(aboutQuery)
  const main = useFocusOnNavigation()
  useNoStrayDrops()
  return (
    <>
      <a
        href="#content"
        className={classes.skip}
        onClick={(event) => {
          // The address after # belongs to the router.
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t.app.skipToContent}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Brand />
          <nav className={classes.nav} aria-label={t.app.navigation}>
            <NavLink to={paths.uploads} end>
              {t.app.uploads}
            </NavLink>
            <NavLink to={paths.mailbox} data-testid="nav-mailbox">
              {t.app.mailbox}
            </NavLink>
          </nav>
          <LanguageSwitch />
        </div>
      </header>
      {about.data?.demonstration && (
        <aside className={classes.notice} data-testid="demonstration">
          <div>
            <strong>{t.app.demonstration}.</strong> {t.app.demonstrationHint}
          </div>
        </aside>
      )}
      {about.data?.warnings.map((warning) => (
        <aside className={classes.notice} data-testid="account-warning" key={warning}>
          <div>{warning}</div>
        </aside>
      ))}
      <main className={classes.main} id="content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      {about.data && <Footer about={about.data} />}
    </>
  )
}
