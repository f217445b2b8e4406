/** What can be done about a finding. A repair is asked of a person, never guessed. */
import type { Dictionary } from '@/lib/i18n/pt'
import type { CheckProblem, Repairs, UploadCheck } from '@/lib/schemas'

export type Repair = {
  id: string
  label: string
  /** All repairs, as they are when this one has been chosen. */
  asked: Repairs
  /** The one that most people want. */
  isMain?: boolean
  /** Of two that exclude each other, whether this one holds; none is told of a lone act. */
  isChosen?: boolean
}

type Words = Dictionary['checks']['repairs']
type Found = { why: string | null; repairs: Repair[] }

/** What stands for a repair that was done. */
const DONE_BY: Partial<Record<string, 'lost_zeros' | 'thousands'>> = {
  TAX_ID_ZEROS_RESTORED: 'lost_zeros',
  AMOUNT_GROUPED: 'thousands',
}

function ofPastDates(problem: CheckProblem, given: Repairs, words: Words): Found {
  const isAccepted = problem.kind !== 'rejected'
  const accept = { ...given, past_due_dates: 'accept' as const }
  const reject = { ...given, past_due_dates: 'reject' as const }
  return {
    why: words.past,
    repairs: [
      { id: 'past-accept', label: words.past_accept, asked: accept, isChosen: isAccepted },
      { id: 'past-reject', label: words.past_reject, asked: reject, isChosen: !isAccepted },
    ],
  }
}

/** A finding's repairs, and why they are asked about; without any the finding speaks for itself. */
export function repairsFor(problem: CheckProblem, check: UploadCheck, words: Words): Found {
  const given = check.repairs
  if (problem.repair === 'past_due_dates') return ofPastDates(problem, given, words)
  const done = DONE_BY[problem.code]
  if (done !== undefined && given[done]) {
    const undo = { id: `${done}-undo`, label: words.undo, asked: { ...given, [done]: false } }
    return { why: words[`${done}_done`], repairs: [undo] }
  }
  const { repair } = problem
  if (repair === null || given[repair]) return { why: null, repairs: [] }
  const example = check.read_as.decimals === 'point' ? '1,234' : '1.234'
  return {
    why: repair === 'thousands' ? words.thousands(example) : words.lost_zeros,
    repairs: [
      { id: repair, label: words[`${repair}_ask`], asked: { ...given, [repair]: true }, isMain: true },
    ],
  }
}

/** Repairs that were asked for and of which no finding tells: they can be taken back all the same. */
export function silentRepairs(check: UploadCheck, words: Words): Repair[] {
  const given = check.repairs
  const told = check.problems.map((problem) => DONE_BY[problem.code])
  return (['lost_zeros', 'thousands'] as const)
    .filter((repair) => given[repair] && !told.includes(repair))
    .map((repair) => ({
      id: `${repair}-undo`,
      label: `${words[`${repair}_ask`]}: ${words.undo}`,
      asked: { ...given, [repair]: false },
    }))
}
