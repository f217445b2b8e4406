import { expect, test } from 'vitest'

import { dayOf, dayPlus, daysOfPeriod, periodOfAddress } from './days'

// Half past ten in the evening in São Paulo, and the next day in Greenwich.
const LATE = Date.parse('2026-12-02T01:30:00Z')

test('a day is that of São Paulo, and goes over the ends of months', () => {
  expect(dayOf(LATE)).toBe('2026-12-01')
  expect(dayPlus('2026-12-01', -1)).toBe('2026-11-30')
  expect(dayPlus('2028-02-28', 1)).toBe('2028-02-29')
})

test('a period that has a name is what it is on the day', () => {
  expect(daysOfPeriod('today', LATE)).toEqual({ from: '2026-12-01', to: '2026-12-01' })
  expect(daysOfPeriod('yesterday', LATE)).toEqual({ from: '2026-11-30', to: '2026-11-30' })
  expect(daysOfPeriod('week', LATE)).toEqual({ from: '2026-11-25', to: '2026-12-01' })
  expect(daysOfPeriod('month', LATE)).toEqual({ from: '2026-12-01', to: '2026-12-01' })
  expect(periodOfAddress(new URLSearchParams('from=2026-01-01'))).toEqual({ from: '2026-01-01', to: null })
})
