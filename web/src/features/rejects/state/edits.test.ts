import { describe, expect, test } from 'vitest'

import type { RejectRecord, RowVerdict } from '@/lib/schemas'

import { editsReducer, readyRows, type Edits } from './edits'

const record: RejectRecord = {
  line: 3,
  code: 'AMOUNT_FORMAT',
  column: 'Valor',
  message: 'Valor: não é um número',
  cells: { Nome: 'Ana', Valor: 'nada' },
  amount_cents: null,
  whole: true,
  proposal: null,
}

const verdict = (accepted: boolean): RowVerdict => ({
  line: 3,
  accepted,
  code: accepted ? null : 'AMOUNT_FORMAT',
  column: accepted ? null : 'Valor',
  message: '',
  amount_cents: 1_000,
  proposal: null,
})

const written = (edits: Edits, Valor: string, of = record) =>
  editsReducer(edits, { type: 'WRITE_CELLS', record: of, cells: { Valor } })

const told = (edits: Edits, accepted: boolean, asked = edits) =>
  editsReducer(edits, { type: 'TAKE_VERDICTS', verdicts: [verdict(accepted)], asked })

describe('what is written into a reject', () => {
  test('is ready when the server has said that it is right', () => {
    const edits = written({}, '10,00')
    expect(readyRows(edits)).toEqual([])
    expect(readyRows(told(edits, false))).toEqual([])
    expect(readyRows(told(edits, true))).toEqual([{ line: 3, cells: { Valor: '10,00' } }])
  })

  test('is not judged by an answer about what was there before', () => {
    const before = written({}, '10,00')
    const after = written(before, 'dez')
    expect(readyRows(told(after, true, before))).toEqual([])
  })

  test('is nothing when the cell is as it was', () => {
    expect(written(written({}, '10,00'), 'nada')).toEqual({})
  })

  test('goes when it was sent, and only then', () => {
    const edits = told(written({}, '10,00'), true)
    expect(editsReducer(edits, { type: 'DROP_LINES', lines: [4] })).toEqual(edits)
    expect(editsReducer(edits, { type: 'DROP_LINES', lines: [3] })).toEqual({})
  })

  test('is sent with all cells where only the beginning of the record is here', () => {
    const cut = { ...record, whole: false }
    const edits = told(written({}, '10,00', cut), true)
    expect(readyRows(edits)).toEqual([{ line: 3, cells: { Nome: 'Ana', Valor: '10,00' } }])
  })

  test('may be nothing for a conflict, which is mended elsewhere', () => {
    const conflict = { ...record, code: 'CONFLICT' }
    const edits = editsReducer({}, { type: 'WRITE_CELLS', record: conflict, cells: {} })
    expect(readyRows(told(edits, true))).toEqual([{ line: 3, cells: {} }])
  })
})
