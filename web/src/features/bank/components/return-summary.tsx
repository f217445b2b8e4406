import { Alert, Anchor, Group, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'

import { ActButton } from '@/components/act-button'
import { Facts, type Fact } from '@/components/facts'
import { ProblemAlert } from '@/components/problem-alert'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { ReturnFile } from '@/lib/schemas'

import { postReturn, returnQuery } from '../api/returns'

import { Deeds } from './deeds'
import { ReturnPicker, useSendReturn } from './return-sender'
import { verdictOf } from './return-words'
import { VerdictBadge } from './returns-section'

function factsOf(file: ReturnFile, { t, format }: ReturnType<typeof useText>): Fact[] {
  const words = t.bank.returned
  const facts: [string, string | null][] = [
    [words.received, format.instant(file.receivedat)],
    [words.facts.bank, file.bank],
    [words.facts.agreement, file.agreement],
    [words.facts.day, file.created_on && format.date(file.created_on)],
    [words.facts.sequence, file.sequence],
    [words.facts.records, file.tally && format.integer(file.tally.records)],
    [words.facts.credited, file.tally?.credited_cents ? format.money(file.tally.credited_cents) : null],
  ]
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}

/** Why nothing of a file was believed: what is wrong, on which line and places. */
function Refusal({ file }: { file: ReturnFile }) {
  const { t, format } = useText()
  const words = t.bank.returned
  const again = useSendReturn(true)
  const { line, first_place: first, last_place: last } = file
  const at = [
    ...(line === null ? [] : [words.place(format.integer(line))]),
    ...(first === null ? [] : [words.places(String(first), String(last ?? first))]),
  ]
  return (
    <Alert
      color={file.verdict === 'repeat' ? 'yellow' : 'red'}
      title={t.bank.verdicts[verdictOf(file).name]}
      data-testid="return-refusal"
    >
      <Text size="sm" lang="pt-BR" className="breaks">
        {file.message ?? file.code}
      </Text>
      {at.length > 0 && <Text size="sm">{at.join(', ')}</Text>}
      {file.code !== null && (
        <Text size="xs" c="dimmed" mt={4}>
          {t.problems.code} {file.code}
        </Text>
      )}
      {file.repeats !== null && (
        <Anchor component={Link} to={paths.return(file.repeats)} size="sm">
          {words.other}
        </Anchor>
      )}
      {file.code === 'UNKNOWN_AGREEMENT' && (
        <Stack gap="xs" mt="sm" align="flex-start">
          <Text size="sm">{words.linkHint}</Text>
          {again.isError && <ProblemAlert error={again.error} />}
          <ReturnPicker
            label={words.link}
            onChoose={again.mutate}
            isBusy={again.isPending}
            testId="return-link"
          />
        </Stack>
      )}
    </Alert>
  )
}

type ReturnSummaryProps = {
  file: ReturnFile
  /** It was asked to be posted, and is not yet. */
  isPosting: boolean
  onPost: () => void
}

/** A file of which nothing counts until somebody says so. */
function Shown({ file, isPosting, onPost }: ReturnSummaryProps) {
  const { t } = useText()
  const words = t.bank.returned
  const client = useQueryClient()
  const post = async () => {
    const taken = await postReturn(file.return_id)
    client.setQueryData(returnQuery(file.return_id).queryKey, taken)
    onPost()
  }
  return (
    <Alert color="yellow" title={t.bank.verdicts[verdictOf(file).name]} data-testid="return-shown">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{file.verdict === 'conflict' ? words.conflictHint : words.postHint}</Text>
        {file.repeats !== null && (
          <Anchor component={Link} to={paths.return(file.repeats)} size="sm">
            {words.other}
          </Anchor>
        )}
        {isPosting ? (
          <Text size="sm" role="status">
            {words.posting}
          </Text>
        ) : (
          <ActButton size="sm" variant="filled" label={words.post} act={post} testId="return-post" />
        )}
      </Stack>
    </Alert>
  )
}

/** What a return file is, and what it did. */
export function ReturnSummary(props: ReturnSummaryProps) {
  const text = useText()
  const { t } = text
  const { file } = props
  const isBelieved = file.verdict === 'accept' || file.postedat !== null
  return (
    <Stack gap="md" data-testid="return-summary">
      {file.verdict === null && (
        <Text role="status" size="sm">
          {t.bank.returned.reading}
        </Text>
      )}
      {file.shown_only && (file.verdict === 'accept' || file.verdict === 'conflict') && <Shown {...props} />}
      {file.verdict !== null && !isBelieved && file.verdict !== 'conflict' && <Refusal file={file} />}
      <Sheet isRoomy>
        <Stack gap="md">
          <Group gap="sm" align="baseline">
            <VerdictBadge file={file} />
            {file.tally !== null && <Deeds file={file} />}
            {file.postedat !== null && (file.tally?.suspense ?? 0) + (file.tally?.held ?? 0) > 0 && (
              <Anchor component={Link} to={paths.receipts} size="sm" data-testid="suspense-door">
                {t.bank.returned.suspenseDoor}
              </Anchor>
            )}
          </Group>
          <Facts facts={factsOf(file, text)} />
        </Stack>
      </Sheet>
    </Stack>
  )
}
