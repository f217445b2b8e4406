import { describe, expect, test } from 'vitest'

import { ApiProblem } from '@/lib/problem'
import { makeCheck } from '@/testing/checks'

import { filesReducer, filesStateInitial } from './files-reducer'

const file = new File(['a'], 'a.csv')
const withFile = filesReducer(filesStateInitial, { type: 'SET_FILE', file })

describe('SET_FILE', () => {
  test('a new choice clears what became of the one before', () => {
    const failed = filesReducer(withFile, {
      type: 'UPLOAD_FILE',
      file,
      sending: { phase: 'failed', problem: new ApiProblem('X', 400, '') },
    })
    expect(failed.sending.phase).toBe('failed')
    expect(filesReducer(failed, { type: 'SET_FILE', file }).sending).toEqual({ phase: 'idle' })
  })
})

describe('UPLOAD_FILE', () => {
  test('a late word about another file is not taken for this one', () => {
    const other = new File(['b'], 'b.csv')
    const late = { type: 'UPLOAD_FILE', sending: { phase: 'cancelled' } } as const
    expect(filesReducer(withFile, { ...late, file: other })).toBe(withFile)
    expect(filesReducer(withFile, { ...late, file }).sending.phase).toBe('cancelled')
  })

  test('a checked file is done with; a failed one is kept for another try', () => {
    const checked = filesReducer(withFile, {
      type: 'UPLOAD_FILE',
      file,
      sending: { phase: 'checked', check: makeCheck() },
    })
    expect(checked.chosen).toBeNull()
    const cancelled = filesReducer(withFile, { type: 'UPLOAD_FILE', file, sending: { phase: 'cancelled' } })
    expect(cancelled.chosen).toBe(file)
  })
})

describe('GET_SUBMITTED_FILES', () => {
  test('says how the list is kept fresh, and touches nothing else', () => {
    const after = filesReducer(withFile, { type: 'GET_SUBMITTED_FILES', freshness: 'live' })
    expect(after).toEqual({ ...withFile, freshness: 'live' })
  })
})
