import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'

import { Chip, Chips } from '@/components/chips'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import type { RejectRecord, RejectsSummary } from '@/lib/schemas'

import { readKind } from '../api/rejects'
import type { EditsInHand } from '../state/use-edits'

type ReasonsProps = {
  summary: RejectsSummary
  code: string | null
  onChoose: (code: string | null) => void
}

/** The reasons with their counts and money; one of them can be looked at alone. */
export function Reasons({ summary, code, onChoose }: ReasonsProps) {
  const { t, format } = useText()
  const byCode = new Map<string, { rejects: number; cents: number }>()
  for (const reason of summary.reasons) {
    const { rejects, cents } = byCode.get(reason.code) ?? { rejects: 0, cents: 0 }
    byCode.set(reason.code, {
      rejects: rejects + reason.rejects,
      cents: cents + reason.amount_cents,
    })
  }
  return (
    <Chips label={t.rejects.reasons}>
      <Chip
        label={`${t.rejects.all} ${format.integer(summary.rejected_open)}`}
        isPressed={code === null}
        onPress={() => onChoose(null)}
        testId="reason-all"
      />
      {[...byCode].map(([one, { rejects, cents }]) => (
        <Chip
          key={one}
          label={`${t.codes[one] ?? one} ${format.integer(rejects)}`}
          note={cents > 0 ? format.money(cents) : undefined}
          isPressed={code === one}
          onPress={() => onChoose(one)}
          testId="reason"
        />
      ))}
    </Chips>
  )
}

type KindProposalsProps = {
  summary: RejectsSummary
  records: RejectRecord[]
  hand: EditsInHand
}

/** For each kind of which the records in sight have proposals: one click uses all of them. */
export function KindProposals({ summary, records, hand }: KindProposalsProps) {
  const { t, format } = useText()
  const counts = new Map<string, number>()
  const shown = new Map<string, number>()
  for (const record of records) {
    shown.set(record.code, (shown.get(record.code) ?? 0) + 1)
    if (record.proposal && hand.edits[record.line] === undefined) {
      counts.set(record.code, (counts.get(record.code) ?? 0) + 1)
    }
  }
  const use = useMutation({
    mutationFn: async (code: string) => {
      const isWhole = summary.reasons
        .filter((reason) => reason.code === code)
        .every(({ rejects }) => rejects <= (shown.get(code) ?? 0))
      const all = isWhole
        ? records.filter((record) => record.code === code)
        : await readKind(summary.upload_id, code)
      for (const record of all) {
        if (record.proposal && hand.edits[record.line] === undefined) {
          hand.write(record, { [record.proposal.column]: record.proposal.value })
        }
      }
    },
  })
  if (counts.size === 0 && !use.isError) return null
  return (
    <Group gap="xs">
      {use.isError && <ProblemAlert error={use.error} />}
      {[...counts].map(([code, count]) => {
        const kind = t.codes[code] ?? code
        const all = summary.reasons
          .filter((reason) => reason.code === code)
          .reduce((sum, reason) => sum + reason.rejects, 0)
        const isWhole = all <= (shown.get(code) ?? 0)
        return (
          <Button
            key={code}
            size="xs"
            variant="light"
            loading={use.isPending && use.variables === code}
            onClick={() => use.mutate(code)}
            data-testid="use-kind"
            data-code={code}
          >
            {isWhole
              ? t.rejects.useAll(kind, count, format.integer(count))
              : t.rejects.useAllMore(kind)}
          </Button>
        )
      })}
    </Group>
  )
}
