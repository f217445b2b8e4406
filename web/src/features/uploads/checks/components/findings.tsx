import { Button, Group, Text, Title } from '@mantine/core'

import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { CheckProblem, Repairs, UploadCheck } from '@/lib/schemas'

import { Finding } from './finding'
import classes from './findings.module.css'
import { repairsFor, silentRepairs } from './repairs'

type FindingsProps = {
  check: UploadCheck
  /** The file is being read again. */
  isBusy: boolean
  onRepair: (repairs: Repairs) => void
}

type FindingGroup = { title: string; hint?: string | undefined; problems: CheckProblem[] }

/** First what a person decides, then what stays out, then what is billed but odd. */
function useGroups(check: UploadCheck): FindingGroup[] {
  const { t } = useText()
  const words = t.checks.found
  const isAsked = (problem: CheckProblem) =>
    repairsFor(problem, check, t.checks.repairs).repairs.length > 0
  const others = check.problems.filter((problem) => !isAsked(problem))
  return [
    { title: words.decide, problems: check.problems.filter(isAsked) },
    {
      title: words.out,
      hint: check.rejected > 0 ? words.outHint : undefined,
      problems: others.filter(({ kind }) => kind !== 'warning'),
    },
    { title: words.look, problems: others.filter(({ kind }) => kind === 'warning') },
  ].filter(({ problems }) => problems.length > 0)
}

/** **O que encontramos**: one line a finding. */
export function Findings({ check, isBusy, onRepair }: FindingsProps) {
  const { t } = useText()
  const groups = useGroups(check)
  const silent = silentRepairs(check, t.checks.repairs)
  return (
    <Sheet isRoomy label={t.checks.found.title} data-testid="findings">
      <Title order={2} mb="sm">
        {t.checks.found.title}
      </Title>
      {groups.length === 0 && <Text>{t.checks.found.nothing}</Text>}
      {groups.map(({ title, hint, problems }) => (
        <section key={title} className={classes.group} aria-label={title}>
          <Title order={3} size="h5" mb={6}>
            {title}
          </Title>
          {hint !== undefined && (
            <Text size="sm" c="dimmed" mb={6}>
              {hint}
            </Text>
          )}
          <ul className={classes.list}>
            {problems.map((problem) => (
              <Finding
                key={`${problem.kind}-${problem.code}`}
                problem={problem}
                check={check}
                isBusy={isBusy}
                onRepair={onRepair}
              />
            ))}
          </ul>
        </section>
      ))}
      {silent.length > 0 && (
        <Group gap="xs" mt="md">
          <Text size="sm" c="dimmed">
            {t.checks.found.asked}
          </Text>
          {silent.map((repair) => (
            <Button
              key={repair.id}
              size="xs"
              variant="default"
              disabled={isBusy}
              onClick={() => onRepair(repair.asked)}
              data-testid={`repair-${repair.id}`}
            >
              {repair.label}
            </Button>
          ))}
        </Group>
      )}
    </Sheet>
  )
}
