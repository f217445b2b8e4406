import { Alert, Text } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'

import { ActButton } from '@/components/act-button'
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
export function MailHolds() {
  const { t, format } = useText()
  const reread = useReread()
  const { data } = useQuery(holdsQuery)
  return data?.holds.map(({ cause, reason, held_at, held_until }) => {
    const [title, advice] = t.holds.kinds[holdOf(reason, cause)]
    const since = t.holds.since(format.instant(held_at))
    return (
      <Alert key={held_at} color="yellow" role="status" title={title} data-testid="mail-hold">
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
  })
}
