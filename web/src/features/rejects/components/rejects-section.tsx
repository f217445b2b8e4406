import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useRef, useState, type ReactNode } from 'react'
import { Link } from 'react-router'

import { ActButton } from '@/components/act-button'
import { EmptyState } from '@/components/empty-state'
import { IconCheck, IconDownload, IconSend } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { ProblemAlert } from '@/components/problem-alert'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Correction, RejectsSummary } from '@/lib/schemas'
import { useBankFiles } from '@/lib/use-bank-files'
import { useReread } from '@/lib/use-reread'

import { rejectsQuery, ROWS_MAX, saveRejects, sendRejectsFile, sendRows, type SentRow } from '../api/rejects'
import { useEdits } from '../state/use-edits'

import { KindProposals, Reasons } from './reasons'
import { RejectsTable } from './rejects-table'
import classes from './rejects.module.css'

/** What became of what was sent. */
function Told({ correction }: { correction: Correction }) {
  const { t, format } = useText()
  const words = t.rejects
  const before = correction.duplicates - correction.conflicts
  const open = correction.rejected + correction.conflicts + correction.untouched
  const said: string[] = []
  const say = (count: number, make: (count: number, formatted: string) => string) => {
    if (count > 0) said.push(make(count, format.integer(count)))
  }
  say(correction.accepted, words.sent)
  say(before, words.billedBefore)
  say(open, words.stillOpen)
  say(correction.unknown, words.unknown)
  const isWell = open + correction.unknown === 0
  return (
    <Alert role="status" color={isWell ? 'petrol' : 'yellow'} data-testid="correction">
      {said.map((sentence) => (
        <Text key={sentence} size="sm">
          {sentence}
        </Text>
      ))}
    </Alert>
  )
}

function Done({ summary }: { summary: RejectsSummary }) {
  const { t } = useText()
  return (
    <Sheet>
      <EmptyState
        icon={<IconCheck size={38} />}
        title={t.rejects.doneTitle}
        body={summary.rejected > 0 ? t.rejects.doneBody : t.rejects.noneBody}
        action={
          <Button component={Link} to={paths.upload(summary.upload_id)} data-testid="rejects-done">
            {t.rejects.open}
          </Button>
        }
      />
    </Sheet>
  )
}

/** Send records, as many calls as it takes; the last answer has the sum of all. */
async function sendAll(uploadId: string, rows: SentRow[]): Promise<Correction | null> {
  let sum: Correction | null = null
  for (let start = 0; start < rows.length; start += ROWS_MAX) {
    const next: Correction = await sendRows(uploadId, rows.slice(start, start + ROWS_MAX))
    sum = sum === null ? next : added(sum, next)
  }
  return sum
}

function added(one: Correction, other: Correction): Correction {
  return {
    ...other,
    records: one.records + other.records,
    accepted: one.accepted + other.accepted,
    rejected: one.rejected + other.rejected,
    duplicates: one.duplicates + other.duplicates,
    conflicts: one.conflicts + other.conflicts,
    untouched: one.untouched + other.untouched,
    mended_before: one.mended_before + other.mended_before,
    unknown: one.unknown + other.unknown,
  }
}

/** A file let fall anywhere here is the rejects' file that comes back, unless it is a bank's. */
function DropZone({ onFile, children }: { onFile: (file: File) => void; children: ReactNode }) {
  const [isOver, setOver] = useState(false)
  const leadBankFile = useBankFiles()
  return (
    <div
      className={classes.zone}
      data-over={isOver}
      data-testid="rejects-drop"
      onDragOver={(event) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        const [file] = event.dataTransfer.files
        if (file === undefined || event.dataTransfer.files.length > 1) return
        void leadBankFile(file).then((isBanks) => !isBanks && onFile(file))
      }}
    >
      {children}
    </div>
  )
}

function FileActions({ summary, onFile }: { summary: RejectsSummary; onFile: (file: File) => void }) {
  const { t, locale } = useText()
  const input = useRef<HTMLInputElement>(null)
  return (
    <Group gap="xs">
      <ActButton
        size="sm"
        label={t.rejects.download}
        icon={IconDownload}
        act={() => saveRejects(summary.upload_id, 'xlsx', locale)}
        testId="rejects-download"
      />
      <ActButton
        size="sm"
        variant="subtle"
        label={t.rejects.downloadCsv}
        act={() => saveRejects(summary.upload_id, 'csv', locale)}
        testId="rejects-download-csv"
      />
      <Button variant="default" onClick={() => input.current?.click()} data-testid="rejects-choose">
        {t.rejects.sendFile}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.xlsx,.xlsm,.xls,.ods,text/csv,text/plain"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t.rejects.sendFile}
        data-testid="rejects-file"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (file) onFile(file)
        }}
      />
    </Group>
  )
}

function useSending(uploadId: string) {
  const reread = useReread()
  return useMutation({
    mutationFn: async (sent: SentRow[] | File) => {
      const done =
        sent instanceof File ? await sendRejectsFile(uploadId, sent) : await sendAll(uploadId, sent)
      await reread()
      return done
    },
  })
}

/** The rejects of a file in the open, and all ways to mend them. */
export function RejectsSection({ summary }: { summary: RejectsSummary }) {
  const { t, format } = useText()
  const [code, setCode] = useState<string | null>(null)
  const hand = useEdits(summary.upload_id)
  const sending = useSending(summary.upload_id)
  const isDone = summary.rejected_open === 0
  // A kind that is mended is none to look at any more.
  const shown = summary.reasons.some((reason) => reason.code === code) ? code : null
  const query = useInfiniteQuery({ ...rejectsQuery(summary.upload_id, shown), enabled: !isDone })
  const send = (sent: SentRow[] | File) => {
    const lines = sent instanceof File ? [] : sent.map((row) => row.line)
    sending.mutate(sent, { onSuccess: () => hand.drop(lines) })
  }
  const ready = hand.ready.length
  const told = sending.data && <Told correction={sending.data} />
  if (isDone) {
    return (
      <Stack gap="md">
        {told}
        <Done summary={summary} />
      </Stack>
    )
  }
  return (
    <DropZone onFile={send}>
      <Stack gap="md">
        <div className={classes.head}>
          <Text size="sm" c="dimmed" maw={620}>
            {t.rejects.how} {t.rejects.dropHint}
          </Text>
          <FileActions summary={summary} onFile={send} />
        </div>
        {told}
        {sending.isError && <ProblemAlert error={sending.error} />}
        {hand.error !== null && <ProblemAlert error={hand.error} onRetry={hand.checkAgain} />}
        <Reasons summary={summary} code={shown} onChoose={setCode} />
        <QueryView query={query} loadingRows={16}>
          {(records) => (
            <>
              <KindProposals summary={summary} records={records} hand={hand} />
              <Sheet>
                <RejectsTable summary={summary} records={records} hand={hand} />
                <MoreButton query={query} label={t.rejects.more} testId="rejects-more" />
              </Sheet>
              <div className={classes.send} data-alone={ready === 0}>
                <Button
                  leftSection={<IconSend size={16} aria-hidden="true" />}
                  disabled={ready === 0}
                  loading={sending.isPending}
                  onClick={() => send(hand.ready)}
                  data-testid="send-mended"
                >
                  {t.rejects.send(ready, format.integer(ready))}
                </Button>
                <Text size="sm" c="dimmed">
                  {t.rejects.hint}
                </Text>
              </div>
            </>
          )}
        </QueryView>
      </Stack>
    </DropZone>
  )
}
