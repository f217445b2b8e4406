import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { ProblemAlert } from '@/components/problem-alert'
import { QueryView } from '@/components/query-view'
import { CANCEL_REASONS, type CancelReason } from '@/lib/cancel-reasons'
import { useText } from '@/lib/i18n/locale-context'
import { asProblem } from '@/lib/problem'
import type { JobPreview, NewJob } from '@/lib/schemas'

import { previewQuery, startJob, type Act } from '../api/jobs'

import { LeftOut } from './left-out'

type AskProps = { act: Act; filter: string; onClose: () => void }

/** Says how many and how much it is, and what stays out; begins it when that is what was meant. */
export function AskForJob({ act, filter, onClose }: AskProps) {
  const query = useQuery(previewQuery(act, filter))
  const client = useQueryClient()
  const action = useMutation({
    mutationFn: (job: NewJob) => startJob(filter, job),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['jobs', 'list'] })
      onClose()
    },
    // What is meant now is counted anew, and shown.
    onError: (error) => (asProblem(error).code === 'JOB_CHANGED' ? query.refetch() : undefined),
  })
  return (
    <QueryView query={query} loadingRows={3}>
      {(seen) => (
        <Stack>
          <Form
            key={seen.done.billings}
            act={act}
            seen={seen}
            isBusy={action.isPending || query.isFetching}
            problem={action.isError ? action.error : null}
            onStart={action.mutate}
            onClose={onClose}
          />
        </Stack>
      )}
    </QueryView>
  )
}

type FormProps = {
  act: Act
  seen: JobPreview
  isBusy: boolean
  problem: Error | null
  onStart: (job: NewJob) => void
  onClose: () => void
}

function Form({ act, seen, isBusy, problem, onStart, onClose }: FormProps) {
  const { t, format } = useText()
  const words = t.jobs.acts[act]
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState<CancelReason | ''>('')
  const count = seen.done.billings
  const number = format.integer(count)
  // Whoever types 1.234 or 1234 means the same.
  const isTyped = !seen.must_confirm || typed.replace(/[.,\s]/g, '') === String(count)
  const isReady = count > 0 && isTyped && (act !== 'CANCEL' || reason !== '')
  const begin = () =>
    onStart({
      act,
      count,
      amount_cents: seen.done.amount_cents,
      reason: reason === '' ? null : reason,
      confirm_count: seen.must_confirm ? count : null,
    })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !isBusy) begin()
      }}
    >
      <Stack>
        <Text size="sm" role="status" data-testid="job-sum">
          {count === 0 ? t.jobs.nothing : words.sum(count, number, format.money(seen.done.amount_cents))}
          {seen.mails_are_real && ` ${t.jobs.real}`}
        </Text>
        <LeftOut passed={seen.passed_over} />
        {act === 'CANCEL' && count > 0 && (
          <NativeSelect
            label={t.jobs.reason}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value as CancelReason | '')}
            data={[
              { value: '', label: t.jobs.chooseReason },
              ...CANCEL_REASONS.map((value) => ({ value, label: t.jobs.reasons[value] })),
            ]}
            data-testid="job-reason"
          />
        )}
        {seen.must_confirm && count > 0 && (
          <TextInput
            label={t.jobs.typeCount(number)}
            value={typed}
            inputMode="numeric"
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-testid="job-typed"
          />
        )}
        {problem !== null && <ProblemAlert error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-testid="job-dismiss">
            {t.common.cancel}
          </Button>
          <Button
            type="submit"
            color={act === 'CANCEL' ? 'red' : 'petrol'}
            disabled={!isReady}
            loading={isBusy}
            data-testid="job-start"
          >
            {words.confirm(count, number)}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
