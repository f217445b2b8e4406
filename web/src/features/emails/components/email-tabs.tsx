import { Link, useLocation, useSearchParams } from 'react-router'

import { useText } from '@/lib/i18n/locale-context'
import { paths, type EmailsTab } from '@/lib/paths'

import classes from './email-tabs.module.css'

const TABS: EmailsTab[] = ['FAILED', 'UNCERTAIN', 'BOUNCED', 'BLOCKED']

/** Which of the tabs the address names. */
export function useEmailsTab(): EmailsTab {
  const [params] = useSearchParams()
  return TABS.find((tab) => tab === params.get('state')) ?? 'FAILED'
}

/** The parts of the page of e-mails; the test outbox is the last. */
export function EmailTabs() {
  const { t } = useText()
  const { pathname } = useLocation()
  const current = useEmailsTab()
  const isOutbox = pathname.startsWith(paths.outbox)
  return (
    <nav className={classes.tabs} aria-label={t.emails.tabsLabel} data-testid="email-tabs">
      {TABS.map((tab) => (
        <Link key={tab} to={paths.emails(tab)} aria-current={!isOutbox && tab === current ? 'page' : undefined}>
          {t.emails.tabs[tab]}
        </Link>
      ))}
      <Link to={paths.outbox} aria-current={isOutbox ? 'page' : undefined} data-testid="nav-mailbox">
        {t.emails.outboxTab}
      </Link>
    </nav>
  )
}
