import { List } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'
import type { Job } from '@/lib/schemas'

/** What an act is not done to, and why: a line for each reason. */
export function LeftOut({ passed }: { passed: Job['passed_over'] }) {
  const { t, format } = useText()
  if (passed.length === 0) return null
  return (
    <List size="sm" c="dimmed" aria-label={t.jobs.leftOut} data-testid="job-left-out">
      {passed.map(({ outcome, billings }) => (
        <List.Item key={outcome}>
          {format.integer(billings)} {t.jobs.outcomes[outcome](billings)}
        </List.Item>
      ))}
    </List>
  )
}
