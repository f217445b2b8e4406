import { expect, test } from 'vitest'

import { makeUpload } from '@/testing/db'

import { firstOfEach, needsOf } from './needs'

test('what waits for a person is told by kind, the gravest first, and nothing of a cancelled file', () => {
  const needs = needsOf(
    [
      makeUpload({ id: 'a', rejected: 3, statuses: { SENT: 5, FAILED: 2, UNCERTAIN: 1 } }),
      makeUpload({ id: 'b', rejected: 0, status: 'ATTENTION', statuses: { ISSUED: 4 } }),
      makeUpload({ id: 'c', rejected: 9, removedat: '2026-11-24T12:00:00Z' }),
    ],
    [],
  )
  expect(needs.map(({ kind, id, count }) => [kind, id, count])).toEqual([
    ['stopped', 'b', 1],
    ['rejects', 'a', 3],
    ['failed', 'a', 2],
    ['uncertain', 'a', 1],
  ])
})

test('of a kind only the first are shown, and the others counted', () => {
  const needs = needsOf(Array.from({ length: 9 }, () => makeUpload({ rejected: 1 })), [])
  expect(firstOfEach(needs, 5)).toMatchObject({ hidden: 4, shown: { length: 5 } })
})
