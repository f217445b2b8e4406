import { Alert, Group, Stack, Text, Title } from '@mantine/core'

import { Facts, type Fact } from '@/components/facts'
import { StatusBadge } from '@/components/status-badge'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import { mailReason } from '@/lib/mail-reason'
import type { Billing, BillingDetail } from '@/lib/schemas'
import { billingWord, isCancelled, isToBePaid } from '@/lib/statuses'

import classes from './billing-detail.module.css'
import { billingTold } from './billing-told'
import { DigitableLine } from './digitable-line'

function factsOf(
  billing: BillingDetail,
  { t, format }: ReturnType<typeof useText>,
  hasLine: boolean,
): Fact[] {
  const words = t.billings
  return [
    [words.taxId, formatTaxId(billing.tax_id) || t.common.none],
    [words.email, billing.email || t.common.none],
    [words.dueDate, format.date(billing.due_date)],
    [words.ourNumber, billing.our_number ?? t.common.none],
    [words.createdAt, format.instant(billing.createdat)],
    ...(hasLine ? [[words.line, format.integer(billing.line_number)] as Fact] : []),
    ...(billing.removedat ? [[words.removedAt, format.instant(billing.removedat)] as Fact] : []),
  ]
}

/** What is too long for a column. */
function codesOf(billing: BillingDetail, { t, format }: ReturnType<typeof useText>): Fact[] {
  const replaced = billing.replaces.map((older): Fact => [
    t.billings.replaces,
    t.billings.replaced(
      format.money(older.amount_cents),
      format.date(older.due_date),
      older.digitable_line !== null,
    ),
  ])
  // Of a cancelled or paid one nothing is at hand that pays it.
  const isPayable = billing.barcode !== null && isToBePaid(billing)
  const barcode: Fact[] = isPayable ? [[t.billings.barcode, billing.barcode]] : []
  return [[t.billings.debtId, billing.code], ...barcode, ...replaced]
}

type DetailProps = {
  billing: BillingDetail
  /** How the mails of its file leave; null while unknown. */
  mail: string | null
}

/** What a mail server said, in its own words, is told by these. */
const SAID_BY_SERVER = ['DEFERRED', 'FAILED', 'UNCERTAIN', 'BOUNCED']

/** Why a mail did not arrive: the reason in words, and what the server said below. */
function Answer({ detail }: { detail: string }) {
  const { t } = useText()
  return (
    <details className={classes.reason}>
      <summary>{mailReason(t, detail) ?? t.billings.serverAnswer}</summary>
      {detail}
    </details>
  )
}

/** Who has the installation's key: that is no person's name. */
const EVERYBODY = 'installation'

function History({ billing, mail }: DetailProps) {
  const { t, format } = useText()
  if (billing.history.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t.billings.historyEmpty}
      </Text>
    )
  }
  return (
    <ol className={classes.history} data-testid="billing-history">
      {billing.history.map((change) => (
        <li key={`${change.status} ${change.at}`} data-status={change.status}>
          <Text size="sm" fw={500}>
            {billingWord(t, change.status, mail ?? '')}
          </Text>
          {change.detail && SAID_BY_SERVER.includes(change.status) ? (
            <>
              <p>{format.instant(change.at)}</p>
              <Answer detail={change.detail} />
            </>
          ) : (
            <p>
              {format.instant(change.at)}
              {change.detail && ` · ${change.detail}`}
              {change.reason && ` · ${t.jobs.reasons[change.reason]}`}
              {change.by && change.by !== EVERYBODY && ` · ${t.billings.by(change.by)}`}
            </p>
          )}
        </li>
      ))}
    </ol>
  )
}

/** What went wrong, in a sentence, and what to do about it. */
function Told({ billing }: { billing: BillingDetail }) {
  const { t } = useText()
  const told = billingTold(t, billing)
  if (told === null) return null
  return (
    <Alert
      color={told.kind === 'FAILED' || told.kind === 'BOUNCED' ? 'red' : 'yellow'}
      title={told.title}
      data-testid="billing-told"
      data-kind={told.kind}
    >
      {billing.email && <strong className="breaks">{billing.email}</strong>} {told.body}
    </Alert>
  )
}

/** That it is cancelled, and what that does not undo. */
function Cancelled({ billing }: { billing: BillingDetail }) {
  const { t } = useText()
  const wasMailed = billing.history.some((change) => change.status === 'SENT')
  return (
    <Alert color="red" title={t.billings.cancelled} data-testid="billing-cancelled">
      {billing.digitable_line === null ? t.billings.cancelledUnissued : t.billings.cancelledHint}{' '}
      {wasMailed && t.billings.mailedBefore}
    </Alert>
  )
}

/** What must be known of it before anything is done. */
export function BillingNotices({ billing }: { billing: BillingDetail }) {
  return isCancelled(billing) ? <Cancelled billing={billing} /> : <Told billing={billing} />
}

/** The line that pays it; of a cancelled billing it is told, and cannot be copied. */
export function BillingLine({ billing }: { billing: BillingDetail }) {
  const { t } = useText()
  return billing.digitable_line ? (
    <DigitableLine line={billing.digitable_line} canCopy={isToBePaid(billing)} />
  ) : (
    <Text size="sm" c="dimmed">
      {t.billings.notIssued}
    </Text>
  )
}

/** Its status in words; of a mail nothing is said while it is not known how it leaves. */
export function BillingBadge({ billing, mail }: { billing: Billing; mail: string | null }) {
  const { t } = useText()
  const isUnknown = billing.status === 'SENT' && mail === null
  return (
    <span style={{ visibility: isUnknown ? 'hidden' : undefined }}>
      <StatusBadge
        status={billing.status}
        label={billingWord(t, billing.status, mail ?? '')}
        testId={isUnknown ? 'billing-status-unknown' : 'billing-status'}
      />
    </span>
  )
}

/** `more`: what a page of its own has room for, the file and its line among it. */
type BillingFactsProps = DetailProps & { more?: Fact[] }

/** All that is known of it besides: who, when, which numbers, and what happened. */
export function BillingFacts({ billing, mail, more }: BillingFactsProps) {
  const text = useText()
  const { t } = text
  return (
    <>
      <Facts isGrid facts={[...factsOf(billing, text, more === undefined), ...(more ?? [])]} />
      <Facts facts={codesOf(billing, text)} />
      {billing.warnings.length > 0 && (
        <Text size="sm" c="var(--tone-attention)">
          {t.billings.warnings}: {billing.warnings.map((code) => t.codes[code] ?? code).join(', ')}
        </Text>
      )}
      <Stack gap="xs">
        <Title order={2} size="h3">{t.billings.history}</Title>
        <History billing={billing} mail={mail} />
      </Stack>
    </>
  )
}

/** One billing beside its list. */
export function BillingDetailView({ billing, mail }: DetailProps) {
  const { t, format } = useText()
  return (
    <Stack gap="lg" data-testid="billing-detail">
      <Stack gap={4}>
        <Text fw={600}>{billing.name || t.billings.payerNotShown}</Text>
        <Group gap="sm">
          <span className={classes.amount}>{format.money(billing.amount_cents)}</span>
          <BillingBadge billing={billing} mail={mail} />
        </Group>
      </Stack>
      <BillingNotices billing={billing} />
      <BillingLine billing={billing} />
      <BillingFacts billing={billing} mail={mail} />
    </Stack>
  )
}
