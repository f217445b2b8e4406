import { expect, test } from 'vitest'

import { makeDay, makeOverview } from '@/testing/overview'

import { chartDays } from './get-overview'

test('the chart has the last 24 working days, and days on which somebody worked all the same', () => {
  const saturday = makeDay('2026-11-28', { billings: 1 })
  const { days } = makeOverview('2026-10-16', '2026-11-29', [saturday], {})
  const shown = chartDays(days).map(({ day }) => day)
  expect(shown).toHaveLength(24)
  expect(shown.at(-1)).toBe('2026-11-28')
  expect(shown).not.toContain('2026-11-29')
  expect(shown[0]).toBe('2026-10-28')
})
