import { Stack } from '@mantine/core'

import { ProblemAlert } from '@/components/problem-alert'
import type { UploadCheck } from '@/lib/schemas'

import { useChangeCheck } from '../api/use-check-acts'

import { CheckNotice, isStartable } from './check-notices'
import { CheckSummary } from './check-summary'
import classes from './check-view.module.css'
import { Findings } from './findings'
import { FirstRows } from './first-rows'
import { ReadAs } from './read-as'
import { StartBar } from './start-bar'

/** What would become of a file: the sums, what was found and can be mended, how it was read, and the start. */
export function CheckView({ check }: { check: UploadCheck }) {
  const change = useChangeCheck(check.id)
  const isRefused = check.refusal !== null
  const isBusy = change.isPending
  // What was started is history: nothing of it is changed any more.
  const isOver = check.started_upload_id !== null
  return (
    <Stack gap="lg" data-testid="check" data-check-id={check.id}>
      <CheckNotice check={check} />
      {!isRefused && <CheckSummary check={check} isStale={isBusy} />}
      {change.isError && <ProblemAlert error={change.error} testId="change-problem" />}
      <div className={classes.parts} data-refused={isRefused}>
        {!isRefused && (
          <Findings
            check={check}
            isBusy={isBusy || isOver}
            onRepair={(repairs) => change.mutate({ repairs })}
          />
        )}
        <ReadAs check={check} isBusy={isBusy || isOver} onChange={change.mutate} />
      </div>
      {check.first_rows.length > 0 && <FirstRows rows={check.first_rows} />}
      {!isOver && <StartBar check={check} isBusy={isBusy} isStartable={isStartable(check)} />}
    </Stack>
  )
}
