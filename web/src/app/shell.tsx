import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect, useRef } from 'react'
import { Link, Outlet, useLocation } from 'react-router'

import { LoadingRows } from '@/components/loading-rows'
import { SearchBar } from '@/features/search/components/search-bar'
import { DropLayer } from '@/features/uploads/components/drop-layer'
import { SendStrip } from '@/features/uploads/components/send-strip'
import { useFilePicker } from '@/features/uploads/components/use-file-picker'
import { useTakeFile } from '@/features/uploads/state/use-take-file'
import { aboutQuery } from '@/lib/about-query'
import { forgetApiKey, useApiKeyState } from '@/lib/api-key'
import type { Locale } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import { useKeySwitch } from '@/lib/key-switch'
import { paths } from '@/lib/paths'
import type { About } from '@/lib/schemas'
import { usePageKeys } from '@/lib/use-page-keys'

import { PageTitle } from './routes/page-title'
import classes from './shell.module.css'

const LANGUAGES: [Locale, string, string][] = [
  ['pt-BR', 'PT', 'Português'],
  ['en', 'EN', 'English'],
]

function Brand() {
  return (
    <Link to={paths.home} className={classes.brand}>
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
          // What is read out begins with what is seen.
          aria-label={`${short}, ${name}`}
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

function Navigation() {
  const { t } = useText()
  const { pathname } = useLocation()
  const isEmails = [paths.emails('FAILED'), paths.outbox].some((path) => pathname.startsWith(path))
  const isUploads =
    pathname === paths.uploads || pathname.startsWith(paths.upload(''))
  return (
    <nav className={classes.nav} aria-label={t.app.navigation}>
      <Link to={paths.home} aria-current={pathname === paths.home ? 'page' : undefined}>
        {t.app.home}
      </Link>
      <Link to={paths.uploads} aria-current={isUploads ? 'page' : undefined}>
        {t.app.uploads}
      </Link>
      <Link
        to={paths.billings()}
        aria-current={pathname.startsWith(paths.billings()) ? 'page' : undefined}
        data-testid="nav-billings"
      >
        {t.app.billings}
      </Link>
      <Link
        to={paths.bank}
        aria-current={pathname.startsWith(paths.bank) ? 'page' : undefined}
        data-testid="nav-bank"
      >
        {t.app.atBank}
      </Link>
      <Link
        to={paths.receipts}
        aria-current={pathname.startsWith(paths.receipts) ? 'page' : undefined}
        data-testid="nav-receipts"
      >
        {t.app.receipts}
      </Link>
      <Link
        to={paths.emails('FAILED')}
        aria-current={isEmails ? 'page' : undefined}
        data-testid="nav-emails"
      >
        {t.app.emails}
      </Link>
    </nav>
  )
}

/** A file can be sent from every page, by this or by letting it fall anywhere. */
function SendFile() {
  const { t } = useText()
  const take = useTakeFile()
  const [open, input] = useFilePicker(take, 'send-file-input')
  return (
    <>
      <button type="button" className={classes.send} onClick={open} data-key="e" aria-keyshortcuts="e" data-testid="send-file">
        {t.checks.send}
      </button>
      {input}
    </>
  )
}

/** Leaves nothing that the key has opened: what was read goes too, and the API asks for a key again. */
function ForgetKey() {
  const { t } = useText()
  const queryClient = useQueryClient()
  const { kept } = useApiKeyState()
  if (!kept) return null
  const forget = () => {
    forgetApiKey()
    void queryClient.resetQueries()
  }
  return (
    <button type="button" className={classes.forget} onClick={forget} data-testid="forget-key">
      {t.key.forget}
    </button>
  )
}

/** What must be known of this installation. Its usual words keep their room until they are wanted or not. */
function Notices({ about }: { about: About | undefined }) {
  const { t } = useText()
  return (
    <>
      {(about?.demonstration ?? true) && (
        <div
          className={classes.notice}
          data-testid={about && 'demonstration'}
          data-unknown={about === undefined}
        >
          <div>
            <strong>{t.app.demonstration}.</strong> {t.app.demonstrationHint}
          </div>
        </div>
      )}
      {about?.warnings.map((warning) => (
        <div className={classes.notice} data-testid="account-warning" key={warning}>
          <div>{warning}</div>
        </div>
      ))}
    </>
  )
}

function Footer({ about }: { about: About }) {
  const { t } = useText()
  const [keysOn, turnKeys] = useKeySwitch()
  const parts = [
    about.beneficiary,
    t.app.bank(about.bank_name, about.bank),
    t.app.wallet(about.wallet),
    t.app.version(about.version),
  ]
  return (
    <footer className={classes.footer} data-testid="about">
      <span>{parts.join(' · ')}</span>
      <button type="button" onClick={turnKeys} data-testid="keys-switch">
        {t.app.keys(keysOn)}
      </button>
    </footer>
  )
}

/** In the place of a page whose code is not here yet; who has it read out hears of that first. */
function PageOnItsWay() {
  const { t } = useText()
  return (
    <>
      <PageTitle title={t.common.loading} />
      <LoadingRows rows={16} />
    </>
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
    // Who types into the search goes on typing.
    if (!document.activeElement?.matches('[type=search]')) main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [pathname])
  return main
}

/** What stands around every page. */
export function Shell() {
  const { t } = useText()
  const about = useQuery(aboutQuery)
  const main = useFocusOnNavigation()
  usePageKeys()
  return (
    <div className={classes.page}>
      <a
        href="#content"
        className={classes.skip}
        onClick={(event) => {
          // The address stays that of the page.
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t.app.skipToContent}
      </a>
      <header>
        <div className={classes.header}>
          <div className={classes.bar}>
            <Brand />
            <Navigation />
            <SearchBar />
            <SendFile />
            <ForgetKey />
            <LanguageSwitch />
          </div>
        </div>
        <Notices about={about.data} />
        <SendStrip />
      </header>
      <DropLayer />
      <main className={classes.main} id="content" ref={main} tabIndex={-1}>
        <Suspense fallback={<PageOnItsWay />}>
          <Outlet />
        </Suspense>
      </main>
      {about.data && <Footer about={about.data} />}
    </div>
  )
}
