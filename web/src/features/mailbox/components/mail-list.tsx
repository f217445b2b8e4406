import { useText } from '@/lib/i18n/locale-context'
import type { MailSummary } from '@/lib/schemas'

import classes from './mailbox.module.css'

type MailListProps = { mails: MailSummary[]; openId: string | null; onOpen: (debtId: string) => void }

export function MailList({ mails, openId, onOpen }: MailListProps) {
  const { t, format } = useText()
  return (
    <ul className={classes.items} aria-label={t.mailbox.list} data-testid="mail-list">
      {mails.map((mail) => (
        <li key={mail.debt_id}>
          <button
            type="button"
            className={classes.item}
            aria-current={mail.debt_id === openId}
            onClick={() => onOpen(mail.debt_id)}
            data-testid="mail-item"
            data-debt-id={mail.debt_id}
          >
            <span className={classes.line}>
              <span className={classes.strong}>{mail.name}</span>
              <span className={classes.soft}>{format.instant(mail.sentat)}</span>
            </span>
            <span className={classes.line}>
              <span>{mail.subject}</span>
              <span />
            </span>
            <span className={classes.line}>
              <span className={classes.soft}>{mail.email}</span>
              <span className={classes.soft}>
                {format.money(mail.amount_cents)} · {t.mailbox.due(format.date(mail.due_date))}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
