import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'react-router'

import { IconDownload } from '@/components/icons'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { UploadAnswer } from '@/lib/schemas'
import { useFocusOnMount } from '@/lib/use-focus-on-mount'

import { downloadRejects } from '../api/download-rejects'

import { CodeCounts } from './code-counts'
import classes from './upload-result.module.css'

function Counts({ answer }: { answer: UploadAnswer }) {
  const { t, format } = useText()
  const { records, accepted, rejected, duplicates, conflicts } = answer
  const isAllWell = accepted > 0 && rejected + conflicts === 0
  return (
    <dl className={classes.counts}>
      <div>
        <dt>{t.result.records}</dt>
        <dd data-testid="result-records">{format.integer(records)}</dd>
      </div>
      <div>
        <dt>{t.result.accepted}</dt>
        <dd data-testid="result-accepted" className={isAllWell ? classes.good : undefined}>
          {format.integer(accepted)}
        </dd>
      </div>
      <div>
        <dt>{t.result.rejected}</dt>
        <dd data-testid="result-rejected" className={rejected > 0 ? classes.bad : undefined}>
          {format.integer(rejected)}
        </dd>
      </div>
      <div>
        <dt>{t.result.duplicates}</dt>
        <dd data-testid="result-duplicates">{format.integer(duplicates)}</dd>
      </div>
    </dl>
  )
}

function resultBody(answer: UploadAnswer, words: ReturnType<typeof useText>['t']['result']) {
  if (answer.repeated) return words.repeatedBody
  return answer.accepted === 0 ? words.nothingAccepted : words.body
}

function ResultActions({ answer, onAnother }: { answer: UploadAnswer; onAnother: () => void }) {
  const { t, locale } = useText()
  const rejects = useMutation({ mutationFn: () => downloadRejects(answer.upload_id, answer.name, locale) })
  return (
    <>
      {rejects.isError && <ProblemAlert error={rejects.error} />}
      <Group gap="xs">
        <Button
          variant={answer.rejected > 0 ? 'default' : 'filled'}
          onClick={onAnother}
          data-testid="upload-another"
        >
          {t.result.another}
        </Button>
        <Button variant="default" component={Link} to={paths.upload(answer.upload_id)}>
          {t.result.open}
        </Button>
        {answer.rejected > 0 && (
          <Button
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            loading={rejects.isPending}
            onClick={() => rejects.mutate()}
            data-testid="result-rejects"
          >
            {t.result.download}
          </Button>
        )}
      </Group>
      {answer.rejected > 0 && (
        <Text size="sm" c="dimmed">
          {t.result.downloadHint}
        </Text>
      )}
    </>
  )
}

/** What became of the file just sent. Takes the focus, so that it is read out. */
export function UploadResult({ answer, onAnother }: { answer: UploadAnswer; onAnother: () => void }) {
  const { t, format } = useText()
  const title = useFocusOnMount<HTMLHeadingElement>()
  return (
    <Stack gap="md" data-testid="upload-result" data-upload-id={answer.upload_id}>
      <div>
        <Title order={2} ref={title} tabIndex={-1} className={classes.title}>
          {answer.repeated ? t.result.repeatedTitle : t.result.title}
        </Title>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          <strong>{answer.name}</strong>
          {' — '}
          {resultBody(answer, t.result)}
        </Text>
      </div>
      <Counts answer={answer} />
      {answer.conflicts > 0 && (
        <Text size="sm" c="var(--tone-attention)">
          {t.result.conflicts(answer.conflicts, format.integer(answer.conflicts))}
        </Text>
      )}
      <Group align="flex-start" gap="xl">
        <CodeCounts title={t.result.rejects} counts={answer.rejects_by_code} />
        <CodeCounts
          title={t.result.warnings}
          hint={t.result.warningsHint}
          counts={answer.warnings}
        />
      </Group>
      <ResultActions answer={answer} onAnother={onAnother} />
    </Stack>
  )
}
