import { Button } from '@mantine/core'

import { IconCheck } from '@/components/icons'
import { centsOf, type Format } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { CheckProblem, Repairs, UploadCheck } from '@/lib/schemas'

import classes from './findings.module.css'
import { repairsFor, type Repair } from './repairs'

type Example = CheckProblem['examples'][number]

/** A cell, or of what concerns a line as a whole the debt that it is about. */
function shownOf({ values }: Example, problem: CheckProblem, format: Format): string {
  if (values === null) return ''
  const cell = values[problem.column]
  if (cell === undefined) return [values.debtId, values.name].filter(Boolean).join(' · ')
  // What was refused stands as in the file; all else was read.
  if (problem.kind === 'rejected') return cell
  if (problem.column === 'debtDueDate') return format.date(cell)
  const isAmount = problem.column === 'debtAmount' && /^\d+(\.\d+)?$/.test(cell)
  return isAmount ? format.money(centsOf(cell)) : cell
}

function ExampleText({ example, problem }: { example: Example; problem: CheckProblem }) {
  const { t, format } = useText()
  const shown = shownOf(example, problem, format)
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

/** The first lines with it; one at once where there is something to decide. */
function Examples({ problem, isAsked }: { problem: CheckProblem; isAsked: boolean }) {
  const { t } = useText()
  const [first, ...others] = problem.examples
  if (first === undefined) return null
  const isAlone = isAsked || others.length === 0
  const folded = isAlone ? others : problem.examples
  return (
    <div className={classes.more}>
      {isAlone && (
        <>
          {t.checks.found.forExample} <ExampleText example={first} problem={problem} />
        </>
      )}
      {folded.length > 0 && (
        <details>
          <summary>
            {isAlone ? t.checks.found.more(folded.length) : t.checks.found.examples(folded.length)}
          </summary>
          <ul>
            {folded.map((example) => (
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
          variant={repair.isMain ? 'filled' : repair.isChosen ? 'light' : 'default'}
          leftSection={repair.isChosen && <IconCheck size={14} aria-hidden="true" />}
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
        {problem.code === 'CONFLICT' && <div className={classes.soft}>{t.checks.found.conflict}</div>}
        <Examples problem={problem} isAsked={repairs.length > 0} />
      </div>
      {repairs.length > 0 && (
        <Acts repairs={repairs} problem={problem} isBusy={isBusy} onRepair={onRepair} />
      )}
    </li>
  )
}
