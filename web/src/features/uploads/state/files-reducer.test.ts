import { describe, expect, test } from 'vitest'

import { ApiProblem } from '@/lib/problem'
import { makeAnswer } from '@/testing/db'

import { filesReducer, filesStateInitial } from './files-reducer'

const file = new File(['a'], 'a.csv')
const chosen = { file, scan: 'reading', preview: null, isWorkbook: false, bytesRead: 0, lines: 0 } as const
const withFile = filesReducer(filesStateInitial, { type: 'SET_FILE', chosen })

describe('SET_FILE', () => {
  test('a new choice clears what became of the one before', () => {
    const failed = filesReducer(withFile, {
      type: 'UPLOAD_FILE',
      sending: { phase: 'failed', problem: new ApiProblem('X', 400, '') },
    })
    expect(filesReducer(failed, { type: 'SET_FILE', chosen }).sending).toEqual({ phase: 'idle' })
  })

  test('a late word about another file is not taken for this one', () => {
    const other = new File(['b'], 'b.csv')
    const after = filesReducer(withFile, { type: 'SET_FILE', file: other, found: { lines: 9 } })
    expect(after.chosen?.lines).toBe(0)
    const own = filesReducer(withFile, { type: 'SET_FILE', file, found: { lines: 9 } })
    expect(own.chosen?.lines).toBe(9)
  })
})

describe('UPLOAD_FILE', () => {
  test('an accepted file is done with; a failed one is kept for another try', () => {
    const accepted = filesReducer(withFile, {
      type: 'UPLOAD_FILE',
      sending: { phase: 'accepted', answer: makeAnswer() },
    })
    expect(accepted.chosen).toBeNull()
    const cancelled = filesReducer(withFile, { type: 'UPLOAD_FILE', sending: { phase: 'cancelled' } })
    expect(cancelled.chosen?.file).toBe(file)
  })
})

describe('GET_SUBMITTED_FILES', () => {
  test('says how the list is kept fresh, and touches nothing else', () => {
    const after = filesReducer(withFile, { type: 'GET_SUBMITTED_FILES', freshness: 'live' })
    expect(after).toEqual({ ...withFile, freshness: 'live' })
  })
})
