import { expect, test } from 'vitest'

import { typedCents } from './typed-cents'

test.each([
  ['1.234,56', 123_456],
  ['1234,5', 123_450],
  ['R$ 10', 1_000],
  ['1.000', 100_000],
  ['0,01', 1],
  ['10.50', null],
  ['1,234.56', null],
  ['0', null],
  ['-5', null],
  ['dez', null],
  ['1,234', null],
  ['', null],
])('in Portuguese %s is %s cents', (text, cents) => {
  expect(typedCents(text, 'pt-BR')).toBe(cents)
})

test.each([
  ['1,234.56', 123_456],
  ['10.50', 1_050],
  ['10,50', null],
])('in English %s is %s cents', (text, cents) => {
  expect(typedCents(text, 'en')).toBe(cents)
})
