import { Button } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'
import type { CheckProblem, Repairs, UploadCheck } from '@/lib/schemas'

import classes from './findings.module.css'
import { repairsFor, type Repair } from './repairs'

type Example = CheckProblem['examples'][number]

/** A cell, or of what concerns a line as a whole the debt that it is about. */
function shownOf({ values }: Example, column: string): string {
  if (values === null) return ''
  return values[column] ?? [values.debtId, values.name].filter(Boolean).join(' · ')
}

function ExampleText({ example, problem }: { example: Example; problem: CheckProblem }) {
  const { t, format } = useText()
  const shown = shownOf(example, problem.column)
  return (
    <>
      {t.checks.found.line(format.integer(example.line_number))}
      {shown !== '' && (
        <>
          : <span className={classes.value}>{shown}</span>
        </>
      )}
      {example.message !== problem.message && <span lang="pt-BR"> ({example.message})</span>}
    </>
  )
}

function Examples({ problem }: { problem: CheckProblem }) {
  const { t } = useText()
  const [first, ...others] = problem.examples
  if (first === undefined) return null
  return (
    <div className={classes.more}>
      {t.checks.found.forExample} <ExampleText example={first} problem={problem} />
      {others.length > 0 && (
        <details>
          <summary>{t.checks.found.more(others.length)}</summary>
          <ul>
            {others.map((example) => (
              <li key={example.line_number}>
                <ExampleText example={example} problem={problem} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

type FindingProps = {
  problem: CheckProblem
  check: UploadCheck
  isBusy: boolean
  onRepair: (repairs: Repairs) => void
}

function Acts({ repairs, problem, isBusy, onRepair }: Omit<FindingProps, 'check'> & { repairs: Repair[] }) {
  const { t } = useText()
  return (
    <div className={classes.acts}>
      {repairs.map((repair) => (
        <Button
          key={repair.id}
          size="xs"
          variant={repair.isMain ? 'filled' : 'default'}
          disabled={isBusy}
          aria-pressed={repair.isChosen}
          aria-description={t.codes[problem.code]}
          onClick={() => onRepair(repair.asked)}
          data-testid={`repair-${repair.id}`}
        >
          {repair.label}
        </Button>
      ))}
    </div>
  )
}

/** One kind of finding on a line: how many, what, an example, and its repair where it has one. */
export function Finding({ problem, check, isBusy, onRepair }: FindingProps) {
  const { t, format } = useText()
  const { why, repairs } = repairsFor(problem, check, t.checks.repairs)
  return (
    <li className={classes.finding} data-testid="finding" data-code={problem.code} data-kind={problem.kind}>
      <div className={classes.said}>
        <div>
          <strong>{format.integer(problem.count)}</strong> {t.checks.found.rows(problem.count)}:{' '}
          {t.codes[problem.code] ?? problem.code}
        </div>
        {why === null ? (
          <div className={classes.soft} lang="pt-BR">
            {problem.message}
          </div>
        ) : (
          <div className={classes.soft}>{why}</div>
        )}
        <Examples problem={problem} />
      </div>
      {repairs.length > 0 && (
        <Acts repairs={repairs} problem={problem} isBusy={isBusy} onRepair={onRepair} />
      )}
    </li>
  )
}
