import { Alert, Text } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { ActButton } from '@/components/act-button'
import { Below } from '@/components/below'
import { IconPlayerPlay } from '@/components/icons'
import { getJson, postTo } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import { holdOf } from '@/lib/mail-reason'
import type { MailHolds as Holds } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

const holdsQuery = queryOptions({
  queryKey: ['holds'],
  queryFn: ({ signal }) => getJson<Holds>('/mail/holds', signal),
  refetchInterval: 15_000,
})

/** Why mails wait for our account, what to do, and a button to go on. Nothing while none wait. */
export function MailHolds({ children }: { children: ReactNode }) {
  const { data, isPending } = useQuery(holdsQuery)
  return (
    <>
      {data?.holds.map((hold) => <MailHold key={hold.held_at} hold={hold} />)}
      <Below isKnown={!isPending}>{children}</Below>
    </>
  )
}

function MailHold({ hold }: { hold: Holds['holds'][number] }) {
  const { t, format } = useText()
  const reread = useReread()
  const { cause, reason, held_at, held_until } = hold
  const [title, advice] = t.holds.kinds[holdOf(reason, cause)]
  const since = t.holds.since(format.instant(held_at))
  return (
    <Alert color="yellow" role="status" title={title} data-testid="mail-hold">
      <Text size="sm">
        {advice} {since} {held_until && t.holds.until(format.instant(held_until))}
      </Text>
      <details className="breaks">
        <summary>{t.holds.reason}</summary>
        {reason}
      </details>
      <ActButton
        mt="sm"
        variant="filled"
        label={t.holds.resume}
        icon={IconPlayerPlay}
        act={async () => {
          await postTo('/mail/resume')
          await reread()
        }}
        testId="mail-resume"
      />
    </Alert>
  )
}
