import { describe, expect, test } from 'vitest'

import { makeCheck } from '@/testing/checks'

import { columnChoices, columnsWith, letterOf } from './columns'

const words = { unnamed: (letter: string) => `?${letter}`, twice: (name: string, letter: string) => `${name}/${letter}` }

test.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'AA'],
  [701, 'ZZ'],
  [702, 'AAA'],
])('column %i is %s', (position, letter) => {
  expect(letterOf(position)).toBe(letter)
})

test('columns without a name, or of the same one, are told apart', () => {
  const labels = columnChoices(['Valor', '', 'Nome', 'Valor'], words).map(({ label }) => label)
  expect(labels).toEqual(['Valor/A', '?B', 'Nome', 'Valor/D'])
})

describe('choosing a column', () => {
  test('that means nothing yet tells that one alone', () => {
    expect(columnsWith(makeCheck(), 'debtId', 6)).toEqual({ debtId: 6 })
  })

  test('that is another one exchanges the two', () => {
    expect(columnsWith(makeCheck(), 'name', 2)).toEqual({ name: 2, email: 0 })
  })

  test('that is another one, for one without a place, leaves the other without', () => {
    const check = makeCheck({ columns: { email: 2 } })
    check.read_as = { ...check.read_as, columns: check.read_as.columns.slice(1) }
    expect(columnsWith(check, 'name', 2)).toEqual({ name: 2 })
  })

  test('keeps what was told of the others', () => {
    expect(columnsWith(makeCheck({ columns: { debtId: 5 } }), 'email', 6)).toEqual({ debtId: 5, email: 6 })
  })
})
