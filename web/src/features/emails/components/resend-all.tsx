import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { Dialog } from '@/components/dialog'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryView } from '@/components/query-view'
import { postTo, withQuery } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import type { ResentOfAll } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

type Wanted = { states: string; why: string | null }

type AskProps = { wanted: Wanted; onSent: (resent: ResentOfAll) => void; onClose: () => void }

/** Says how many would go and how much money that is, before anything goes. */
function Ask({ wanted, onSent, onClose }: AskProps) {
  const { t, format } = useText()
  const words = t.emails
  const reread = useReread()
  const [isFreed, setIsFreed] = useState(false)
  const asked = { ...wanted, suppressed: isFreed ? 'true' : null }
  const query = useQuery({
    queryKey: ['emails', 'dry-run', asked],
    queryFn: () => postTo<ResentOfAll>(withQuery('/mail/resend', { ...asked, dry_run: 'true' })),
    gcTime: 0,
  })
  const action = useMutation({
    // Only what was counted: whoever repeats it doubles nothing.
    mutationFn: (until: string) => postTo<ResentOfAll>(withQuery('/mail/resend', { ...asked, until })),
    onSuccess: async (resent) => {
      onSent(resent)
      await reread()
      onClose()
    },
  })
  return (
    <Stack>
      <QueryView query={query} loadingRows={2}>
        {(told) => (
          <>
            <Text size="sm" data-testid="resend-sum">
              {told.mails === 0
                ? words.resendNone
                : words.resendSum(told.mails, format.integer(told.mails), format.money(told.amount_cents))}{' '}
              {told.suppressed > 0 && words.resendLeft(told.suppressed, format.integer(told.suppressed))}{' '}
              {told.more && words.resendMore}
            </Text>
            {(told.suppressed > 0 || isFreed) && (
              <Checkbox
                label={words.withBlocked}
                checked={isFreed}
                onChange={(event) => setIsFreed(event.currentTarget.checked)}
                data-testid="resend-freed"
              />
            )}
            {action.isError && <ProblemAlert error={action.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose} data-autofocus>
                {t.common.cancel}
              </Button>
              <Button
                disabled={told.mails === 0}
                loading={action.isPending}
                onClick={() => action.mutate(told.until)}
                data-testid="resend-all-accept"
              >
                {words.confirm}
              </Button>
            </Group>
          </>
        )}
      </QueryView>
    </Stack>
  )
}

/** Sends all mails of a filter again, where there are any; at the end says what was done. */
export function ResendAll({ wanted, hasMails }: { wanted: Wanted; hasMails: boolean }) {
  const { t, format } = useText()
  const [isOpen, setIsOpen] = useState(false)
  const [resent, setResent] = useState<ResentOfAll | null>(null)
  const close = () => setIsOpen(false)
  return (
    <>
      {hasMails && (
        <Button size="xs" variant="default" onClick={() => setIsOpen(true)} data-testid="resend-all">
          {t.emails.resendAll}
        </Button>
      )}
      {resent !== null && (
        <Alert color="petrol" role="status" w="100%" data-testid="resent">
          {t.resend.mails(resent.mails, format.integer(resent.mails))}{' '}
          {resent.suppressed > 0 && t.resend.suppressed(resent.suppressed, format.integer(resent.suppressed))}
        </Alert>
      )}
      <Dialog opened={isOpen} onClose={close} title={t.emails.resendTitle} centered testId="resend-all-dialog">
        {isOpen && <Ask wanted={wanted} onSent={setResent} onClose={close} />}
      </Dialog>
    </>
  )
}
