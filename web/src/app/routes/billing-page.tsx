import { Anchor, Group, Stack } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'

import type { Fact } from '@/components/facts'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { billingQuery } from '@/features/billings/api/get-billing'
import { BillingActions } from '@/features/billings/components/billing-actions'
import {
  BillingBadge,
  BillingFacts,
  BillingLine,
  BillingNotices,
} from '@/features/billings/components/billing-detail-view'
import { BillingLedger } from '@/features/billings/components/billing-ledger'
import { moreFactsOf } from '@/features/billings/components/billing-more-facts'
import { SecondCopyButton } from '@/features/billings/components/second-copy'
import { Slip } from '@/features/billings/components/slip'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { BillingDetail, Upload } from '@/lib/schemas'
import type { SearchState } from '@/lib/search-state'

import { useFilesOf } from '../use-files-of'

import classes from './billing-page.module.css'
import { PageTitle } from './page-title'

/** A CPF or a CNPJ, by which its payer is found; the official file's four digits are none. */
const WHOLE_TAX_ID = /^(\d{11}|[0-9A-Z]{12}\d{2})$/

/** Whose it is, when it is due and what the file calls it. */
function Lead({ billing }: { billing: BillingDetail }) {
  const { t, format } = useText()
  const name = billing.name || t.billings.payerNotShown
  const state: SearchState = { search: billing.tax_id, opens: 'payer' }
  return (
    <>
      {WHOLE_TAX_ID.test(billing.tax_id) ? (
        <Anchor component={Link} to={paths.search} state={state} underline="always" data-testid="payer-link">
          {name}
        </Anchor>
      ) : (
        name
      )}
      {` · ${t.find.billing.due(format.date(billing.due_date))} · ${billing.code}`}
    </>
  )
}

function fileFact(file: Upload | null, billing: BillingDetail, { t, format }: ReturnType<typeof useText>): Fact {
  const line = t.find.billing.fileLine(format.integer(billing.line_number))
  return [
    t.find.billing.file,
    <>
      {file !== null && (
        <Anchor component={Link} to={paths.upload(file.id)} size="sm">
          {file.name}
        </Anchor>
      )}
      {file !== null && ', '}
      {line}
    </>,
  ]
}

function BillingView({ billing }: { billing: BillingDetail }) {
  const text = useText()
  const file = useFilesOf([billing]).files.get(billing.upload_id) ?? null
  // On a phone the paper is a press away: it is not fetched unasked.
  const hasSlip = useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false })
  const mail = file?.mail ?? null
  return (
    <Stack gap="md" data-testid="billing-detail">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4}>
          <Group gap="sm">
            <PageTitle title={text.format.money(billing.amount_cents)} />
            <BillingBadge billing={billing} mail={mail} />
          </Group>
          <div className={classes.lead}>
            <Lead billing={billing} />
          </div>
        </Stack>
        <Group gap="xs">
          <SecondCopyButton billing={billing} mail={mail} />
          <BillingActions billing={billing} mail={mail} hasSlip={hasSlip} />
        </Group>
      </Group>
      <BillingNotices billing={billing} />
      <div className={classes.columns}>
        <Sheet isRoomy label={text.t.billings.detailTitle}>
          <Stack gap="lg">
            <BillingLine billing={billing} />
            <BillingFacts
              billing={billing}
              mail={mail}
              more={[fileFact(file, billing, text), ...moreFactsOf(billing, text)]}
            />
            <BillingLedger billing={billing} />
          </Stack>
        </Sheet>
        {hasSlip && <Slip billing={billing} />}
      </div>
    </Stack>
  )
}

export default function BillingPage() {
  const { t } = useText()
  const { debtId = '' } = useParams()
  const query = useQuery(billingQuery(debtId))
  return (
    <>
      {query.data === undefined && <PageTitle title={t.billings.detailTitle} />}
    <QueryView query={query} loadingRows={16}>
      {(billing) => <BillingView billing={billing} />}
    </QueryView>
    </>
  )
}
