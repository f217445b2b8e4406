import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { en } from './en'
import { pt } from './pt'

/** The codes of the table of errors in docs/api.md, which a test of the API holds to be all of them. */
function documentedCodes(): string[] {
  const rows = readFileSync('../docs/api.md', 'utf-8').match(/^\| [45]\d\d \|.*$/gm) ?? []
  return rows.flatMap((row) => row.split('|')[2]?.match(/[A-Z][A-Z_]+/g) ?? [])
}

test.each(Object.entries({ pt, en }))('every error of the API has words in %s', (_name, words) => {
  const codes = documentedCodes()
  expect(codes.length).toBeGreaterThan(30)
  expect(codes.filter((code) => words.problems.byCode[code] === undefined)).toEqual([])
})
