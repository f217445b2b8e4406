import { describe, expect, test } from 'vitest'

import { ApiProblem } from '@/lib/problem'
import { makeAnswer, makeUpload } from '@/testing/db'

import { filesReducer, filesStateInitial, type FilesState } from './files-reducer'

const file = new File(['a'], 'a.csv')
const chosen = { file, scan: 'reading', preview: null, bytesRead: 0, lines: 0 } as const
const withFile = filesReducer(filesStateInitial, { type: 'SET_FILE', chosen })

function ready(...uploads: FilesState['submitted']['records']): FilesState {
  return filesReducer(filesStateInitial, {
    type: 'GET_SUBMITTED_FILES',
    step: 'read',
    records: uploads,
    next: null,
  })
}

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
  test('told records replace their like in place, and new ones come on top', () => {
    const [first, second, fresh] = [makeUpload(), makeUpload(), makeUpload()]
    const state = filesReducer(ready(first, second), {
      type: 'GET_SUBMITTED_FILES',
      step: 'told',
      records: [fresh, { ...second, progress: 0.5 }],
    })
    expect(state.submitted.records.map((upload) => upload.id)).toEqual([
      fresh.id,
      first.id,
      second.id,
    ])
    expect(state.submitted.records[2]?.progress).toBe(0.5)
  })

  test('a failure keeps a list that was there, and shows as failed when there was none', () => {
    const problem = new ApiProblem('NETWORK', 0, '')
    const action = { type: 'GET_SUBMITTED_FILES', step: 'failed', problem } as const
    expect(filesReducer(filesStateInitial, action).submitted.phase).toBe('failed')
    const kept = filesReducer(ready(makeUpload()), action).submitted
    expect(kept).toMatchObject({ phase: 'ready', problem })
    expect(kept.records).toHaveLength(1)
  })

  test('one more page never shows a file twice', () => {
    const [first, second] = [makeUpload(), makeUpload()]
    const state = filesReducer(ready(first), {
      type: 'GET_SUBMITTED_FILES',
      step: 'read_more',
      records: [first, second],
      next: 'cursor',
    })
    expect(state.submitted.records).toEqual([first, second])
    expect(state.submitted.next).toBe('cursor')
  })
})
