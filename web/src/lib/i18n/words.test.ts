import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { knownHold } from '../mail-reason'

import { en } from './en'
import { pt } from './pt'

/** What stands in a column of the rows of a document that begin so. */
function documented(document: string, row: RegExp, column: number): string[] {
  const rows = readFileSync(`../docs/${document}`, 'utf-8').match(row) ?? []
  return rows.flatMap((found) => found.split('|')[column]?.match(/[A-Z][A-Z_]+/g) ?? [])
}

describe.each(Object.entries({ pt, en }))('in %s', (_name, words) => {
  test('every error of the API has words', () => {
    const codes = documented('api.md', /^\| [45]\d\d \|.*$/gm, 2)
    expect(codes.length).toBeGreaterThan(40)
    expect(codes.filter((code) => words.problems.byCode[code] === undefined)).toEqual([])
  })

  test('every warning, and every reason for which a record is refused, has words', () => {
    const codes = documented('csv.md', /^\| [A-Z_]+ \|.*\|$/gm, 1)
    const ofFiles = ['EMPTY_FILE', 'NOT_TEXT', 'NO_HEADER', 'MISSING_COLUMNS', 'DUPLICATE_COLUMN', 'NO_ROWS',
      'WORKBOOK_UNREADABLE', 'WORKBOOK_ENCRYPTED', 'WORKBOOK_KIND', 'WORKBOOK_TOO_LARGE', 'NOT_WORKBOOK', 'SHEET_UNKNOWN']
    expect(codes).toEqual(expect.arrayContaining([...ofFiles, 'ENCODING_MIXED', 'NAME_ENCODING', 'DEBT_ID_FORMAT']))
    const ofRecords = codes.filter((code) => !ofFiles.includes(code))
    expect([...ofRecords, 'REJECTS_NOT_KEPT'].filter((code) => words.codes[code] === undefined)).toEqual([])
    expect(ofFiles.filter((code) => words.problems.byCode[code] === undefined)).toEqual([])
  })
})

test('every reason for which mails wait for the account is known', () => {
  const source = readFileSync('../src/cobranca/notifications/account.py', 'utf-8')
  const table = /^_REASONS = \{(.*?)^\}/ms.exec(source)?.[1] ?? ''
  const reasons = [...table.matchAll(/: "(.*)",$/gm)].map((found) => found[1] ?? '')
  const brake = /reason = f"(The brake .*?)\{/.exec(source)?.[1] ?? ''
  expect(reasons).toHaveLength(4)
  const kinds = [...reasons, brake].map(knownHold)
  expect(new Set(kinds).size).toBe(5)
  expect(kinds).not.toContain(null)
})
