import { Alert, Button, CopyButton, Stack, Text, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { ActButton } from '@/components/act-button'
import { Dialog } from '@/components/dialog'
import { Facts, type Fact } from '@/components/facts'
import { QueryView } from '@/components/query-view'
import { useText } from '@/lib/i18n/locale-context'
import type { BillingDetail, SecondCopy } from '@/lib/schemas'
import { isToBePaid } from '@/lib/statuses'

import { saveSecondCopy, secondCopyQuery } from '../api/second-copy'

import { DigitableLine } from './digitable-line'
import { MailSecondCopy } from './mail-second-copy'

/** What the sum is made of; what is nothing is left out. */
function sumsOf(copy: SecondCopy, { t, format }: ReturnType<typeof useText>): Fact[] {
  const words = t.receipts.secondCopy
  const parts: [string, number][] = [
    [words.fine, copy.fine_cents],
    [words.interest(copy.days_late, format.integer(copy.days_late)), copy.interest_cents],
    [words.discount, -copy.discount_cents],
    [words.rebate, -copy.rebate_cents],
  ]
  return [
    [words.titleAmount, format.money(copy.title_cents)],
    ...parts.filter(([, cents]) => cents !== 0).map(([name, cents]): Fact => [name, format.money(cents)]),
    [words.total, <strong data-testid="second-copy-total">{format.money(copy.total_cents)}</strong>],
  ]
}

type CopyViewProps = { copy: SecondCopy; billing: BillingDetail; mail: string | null }

function CopyView({ copy, billing, mail }: CopyViewProps) {
  const text = useText()
  const words = text.t.receipts.secondCopy
  if (copy.why_not !== null) {
    return (
      <Alert color="yellow" data-testid="second-copy-refused">
        {words.whyNot[copy.why_not]}
      </Alert>
    )
  }
  return (
    <Stack gap="md">
      <Facts facts={sumsOf(copy, text)} />
      <Text size="sm" c="dimmed">
        {copy.registered ? words.registered : words.newBarcode(copy.days_late > 0)}
      </Text>
      {copy.digitable_line !== null && <DigitableLine line={copy.digitable_line} canCopy />}
      {copy.pix !== null && (
        <CopyButton value={copy.pix.text}>
          {({ copied, copy: act }) => (
            <Button variant="default" size="xs" onClick={act} data-testid="second-copy-pix">
              {copied ? text.t.common.copied : words.pix}
            </Button>
          )}
        </CopyButton>
      )}
      <ActButton label={words.save} act={() => saveSecondCopy(copy)} testId="second-copy-save" />
      <MailSecondCopy key={copy.on} on={copy.on} billing={billing} mail={mail} />
    </Stack>
  )
}

type SecondCopyProps = {
  billing: BillingDetail
  /** How the mails of its file go out. */
  mail: string | null
}

function SecondCopyDialog({ billing, mail, onClose }: SecondCopyProps & { onClose: () => void }) {
  const { t } = useText()
  const words = t.receipts.secondCopy
  const [on, setOn] = useState('')
  const query = useQuery({ ...secondCopyQuery(billing.debt_id, on), placeholderData: keepPreviousData })
  return (
    <Dialog opened onClose={onClose} title={words.title} testId="second-copy-dialog">
      <Stack gap="md">
        <TextInput
          type="date"
          label={words.on}
          value={on || (query.data?.on ?? '')}
          onChange={(event) => setOn(event.currentTarget.value)}
          data-testid="second-copy-on"
        />
        <QueryView query={query} loadingRows={5}>
          {(copy) => <CopyView copy={copy} billing={billing} mail={mail} />}
        </QueryView>
      </Stack>
    </Dialog>
  )
}

/** What is due on a day, and the slip to pay it with; nothing of what is not to be paid any more. */
export function SecondCopyButton({ billing, mail }: SecondCopyProps) {
  const { t } = useText()
  const [isOpen, setOpen] = useState(false)
  if (billing.our_number === null || !isToBePaid(billing)) return null
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)} data-testid="second-copy">
        {t.receipts.secondCopy.button}
      </Button>
      {isOpen && <SecondCopyDialog billing={billing} mail={mail} onClose={() => setOpen(false)} />}
    </>
  )
}
