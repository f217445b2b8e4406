import { Anchor, Title } from '@mantine/core'
import { Link } from 'react-router'

import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { WaitingCheck } from '@/lib/schemas'

import classes from './waiting-checks.module.css'

/** Files that were checked and wait to be billed: each opens where it was left. */
export function WaitingChecks({ checks }: { checks: WaitingCheck[] }) {
  const { t, format } = useText()
  const words = t.checks.waiting
  if (checks.length === 0) return null
  return (
    <section className={classes.waiting} aria-label={words.title} data-testid="waiting-checks">
      <Title order={3} size="h5">
        {words.title}
      </Title>
      <ul className={classes.list}>
        {checks.map((check) => (
          <li key={check.id} className={classes.check} data-testid="waiting-check">
            <Anchor component={Link} to={paths.check(check.id)} size="sm" fw={600}>
              {check.name}
            </Anchor>
            <span>
              {check.refusal === null
                ? words.boletos(check.accepted, format.integer(check.accepted), format.money(check.amount_cents))
                : words.unread}
            </span>
            <span className={classes.soft}>{words.until(format.instant(check.expiresat))}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
