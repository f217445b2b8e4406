/** Which column of the file is which: what can be chosen, and what a choice asks of the API. */
import type { UploadCheck } from '@/lib/schemas'

/** The columns that every file has, in the order of the official format. */
export const MEANINGS = ['name', 'governmentId', 'email', 'debtAmount', 'debtDueDate', 'debtId'] as const

/** Columns that can be chosen among; nobody chooses among more. */
const CHOICES_MAX = 300

/** A column as spreadsheets call it: 0 is A, 26 is AA. */
export function letterOf(position: number): string {
  const last = String.fromCharCode(65 + (position % 26))
  return position < 26 ? last : letterOf(Math.floor(position / 26) - 1) + last
}

type Words = { unnamed: (letter: string) => string; twice: (name: string, letter: string) => string }

/** The file's columns by position, told apart where names are missing or the same. */
export function columnChoices(header: string[], words: Words): { value: string; label: string }[] {
  return header.slice(0, CHOICES_MAX).map((name, position) => {
    const letter = letterOf(position)
    const isTwice = header.indexOf(name) !== header.lastIndexOf(name)
    const label = name === '' ? words.unnamed(letter) : isTwice ? words.twice(name, letter) : name
    return { value: String(position), label }
  })
}

/** Where an official column stands; undefined while that is not known. */
export function positionOf(check: UploadCheck, meaning: string): number | undefined {
  return check.read_as.columns.find((column) => column.official === meaning)?.position
}

/** What is told when a column is chosen. The one that had it takes the other's place in exchange. */
export function columnsWith(check: UploadCheck, meaning: string, position: number): Record<string, number> {
  const told: Record<string, number> = { ...check.columns }
  const before = positionOf(check, meaning)
  const loser = check.read_as.columns.find((column) => column.position === position)?.official
  const entries = Object.entries(told).filter(([official]) => official !== loser)
  const others = Object.fromEntries(entries)
  if (loser !== undefined && loser !== meaning && before !== undefined) others[loser] = before
  return { ...others, [meaning]: position }
}
