import { Link } from 'react-router'

import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'

import classes from './bank.module.css'

/** The two ways between us and the bank. */
export function BankTabs({ current }: { current: 'remittances' | 'returns' }) {
  const { t } = useText()
  const tabs = [
    ['remittances', paths.bank, t.bank.remittances],
    ['returns', paths.returns, t.bank.returns],
  ] as const
  return (
    <nav className={classes.tabs} aria-label={t.bank.tabs}>
      {tabs.map(([name, to, label]) => (
        <Link
          key={name}
          to={to}
          aria-current={name === current ? 'page' : undefined}
          data-testid={`tab-${name}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
