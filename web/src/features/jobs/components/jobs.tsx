import { Group, Progress, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, type ReactNode } from 'react'

import { ActButton } from '@/components/act-button'
import { Below } from '@/components/below'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { Job } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { isUnderWay, jobsQuery, resumeJob, saveJobFile, saveResult, stopJob } from '../api/jobs'

import { LeftOut } from './left-out'

/**
 * The jobs under way and the last ones: they go on when the page is left, and are here on return.
 * `below`: the rest of the page, which waits for them, so that nothing moves.
 */
export function Jobs({ below }: { below?: ReactNode }) {
  const { data, isPending } = useQuery(jobsQuery)
  const jobs = data?.records ?? []
  useRereadAtEnd(jobs.filter(isUnderWay).length)
  return (
    <>
      {jobs.length > 0 && <JobList jobs={jobs} />}
      <Below isKnown={!isPending}>{below}</Below>
    </>
  )
}

function JobList({ jobs }: { jobs: Job[] }) {
  const { t } = useText()
  return (
    <Sheet isRoomy label={t.jobs.title} data-testid="jobs">
      <Stack gap="md">
        <Title order={2} size="h4">
          {t.jobs.title}
        </Title>
        {jobs.map((job) => (
          <OneJob key={job.job_id} job={job} />
        ))}
      </Stack>
    </Sheet>
  )
}

/** When one has ended, lists are not what they were. */
function useRereadAtEnd(underWay: number) {
  const reread = useReread()
  const before = useRef(underWay)
  useEffect(() => {
    if (underWay < before.current) void reread()
    before.current = underWay
  }, [underWay, reread])
}

function OneJob({ job }: { job: Job }) {
  const { t, format } = useText()
  const client = useQueryClient()
  const total = Math.max(job.total.billings, job.come_to)
  const share = job.state === 'DONE' || total === 0 ? 1 : job.come_to / total
  const isOver = job.state === 'DONE'
  const then = (act: (jobId: string) => Promise<Job>) => async () => {
    await act(job.job_id)
    await client.invalidateQueries({ queryKey: ['jobs', 'list'] })
  }
  const words =
    job.act === 'EXPORT' || job.act === 'PDFS' ? t.jobs.files[job.format ?? 'CSV'] : t.jobs.acts[job.act]
  return (
    <Stack gap={6} data-testid="job" data-state={job.state}>
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {words.name(format.instant(job.startedat))}
        </Text>
        <Text size="sm" role="status" data-testid="job-state">
          {t.jobs.states[job.state]} · {t.jobs.progress(format.integer(job.come_to), format.integer(total))}
        </Text>
      </Group>
      {!isOver && (
        <Progress.Root size="md">
          <Progress.Section
            value={share * 100}
            animated={job.state === 'RUNNING'}
            aria-label={t.jobs.progressLabel}
          />
        </Progress.Root>
      )}
      <Text size="sm" data-testid="job-done">
        {words.done(job.done.billings, format.integer(job.done.billings), format.money(job.done.amount_cents))}
        {job.no_longer_meant > 0 &&
          ` ${t.jobs.noLongerMeant(job.no_longer_meant, format.integer(job.no_longer_meant))}`}
      </Text>
      {isOver && job.format !== null && (
        <Text size="sm" c="dimmed" data-testid="job-file-kept">
          {job.file === null ? t.jobs.fileGone : t.jobs.fileKept(format.instant(job.file.until))}
        </Text>
      )}
      <LeftOut passed={job.passed_over} />
      <Group gap="xs">
        {job.state === 'RUNNING' && <ActButton label={t.jobs.stop} act={then(stopJob)} testId="job-stop" />}
        {(job.state === 'STOPPED' || job.state === 'FAILED') && (
          <ActButton label={t.jobs.resume} act={then(resumeJob)} testId="job-resume" />
        )}
        {job.file !== null && (
          <ActButton label={t.jobs.takeMade} act={() => saveJobFile(job)} testId="job-file" variant="filled" />
        )}
        {job.state !== 'RUNNING' && job.act !== 'EXPORT' && (
          <ActButton label={t.jobs.result} act={() => saveResult(job.job_id)} testId="job-result" />
        )}
      </Group>
    </Stack>
  )
}
