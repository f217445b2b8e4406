import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from 'react-router'

import { ActButton } from '@/components/act-button'
import { IconDownload } from '@/components/icons'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { UploadAnswer } from '@/lib/schemas'
import { useFocusOnMount } from '@/lib/use-focus-on-mount'

import { downloadRejects } from '../api/download-rejects'

import { CodeCounts } from './code-counts'
import classes from './upload-result.module.css'

function Counts({ answer }: { answer: UploadAnswer }) {
  const { t, format } = useText()
  const isAllWell = answer.accepted > 0 && answer.rejected + answer.conflicts === 0
  const tones = {
    records: undefined,
    accepted: isAllWell ? classes.good : undefined,
    rejected: answer.rejected > 0 ? classes.bad : undefined,
    duplicates: undefined,
  }
  return (
    <dl className={classes.counts}>
      {(['records', 'accepted', 'rejected', 'duplicates'] as const).map((name) => (
        <div key={name}>
          <dt>{t.result[name]}</dt>
          <dd data-testid={`result-${name}`} className={tones[name]}>
            {format.integer(answer[name])}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function resultBody(answer: UploadAnswer, words: ReturnType<typeof useText>['t']['result']) {
  if (answer.repeated) return words.repeatedBody
  return answer.accepted === 0 ? words.nothingAccepted : words.body
}

function ResultActions({ answer, onAnother }: { answer: UploadAnswer; onAnother: () => void }) {
  const { t, locale } = useText()
  return (
    <>
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
          <ActButton
            size="sm"
            variant="filled"
            label={t.result.download}
            icon={IconDownload}
            act={() => downloadRejects(answer.upload_id, answer.name, locale)}
            testId="result-rejects"
          />
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
