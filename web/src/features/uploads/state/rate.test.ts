import { expect, test } from 'vitest'

import { rateOf } from './rate'

test('a rate is what was done in the time that was seen, and tells what is left', () => {
  const samples = [{ at: 0, done: 100 }, { at: 1_000, done: 180 }, { at: 4_000, done: 300 }]
  expect(rateOf(samples, 1_000)).toEqual({ perSecond: 50, leftS: 14 })
})

test('too short a time, a standstill or a step back tell no rate', () => {
  expect(rateOf([], 10)).toBeNull()
  expect(rateOf([{ at: 0, done: 1 }, { at: 1_000, done: 5 }], 10)).toBeNull()
  expect(rateOf([{ at: 0, done: 5 }, { at: 9_000, done: 5 }], 10)).toBeNull()
  expect(rateOf([{ at: 0, done: 5 }, { at: 9_000, done: 2 }], 10)).toBeNull()
})
