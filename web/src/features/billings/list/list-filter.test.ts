import { expect, test } from 'vitest'

import { filterChanges, isFiltered, queryOf, quickChanges } from './list-filter'

const params = (text: string) => new URLSearchParams(text)

test('the filter is every parameter of the address that the API knows, and no other', () => {
  const address = params('quick=overdue&status=SENT&status=FAILED&after=12-34&billing=x&upload_id=a&search=b')
  expect(queryOf(address)).toBe('quick=overdue&status=SENT&status=FAILED&upload_id=a&search=b')
  expect(queryOf(params('status=SENT'), 'file')).toBe('status=SENT&upload_id=file')
  expect(isFiltered(params('after=1&billing=x'))).toBe(false)
  expect(isFiltered(params('search=x'))).toBe(true)
})

test('a quick filter and what it says itself are never asked for at once', () => {
  expect(quickChanges('not_delivered')).toEqual({ quick: 'not_delivered', status: null })
  expect(quickChanges('returned')).toEqual({ quick: 'returned' })
  expect(quickChanges('due_soon')).toMatchObject({ status: null, due_from: null, due_to: null })
  const noDay = { received_from: null, received_to: null }
  expect(quickChanges('not_delivered_today')).toMatchObject({ status: null, ...noDay })
  expect(filterChanges(params('quick=not_delivered_today'), { received_to: '2026-12-31' })).toMatchObject({ quick: null })
  expect(quickChanges('all')).toEqual({ quick: null, status: null })
  expect(filterChanges(params('quick=overdue'), { due_to: '2026-12-31' })).toMatchObject({ quick: null })
  expect(filterChanges(params('quick=overdue'), { amount_to: '1' })).toEqual({ amount_to: '1' })
  expect(filterChanges(params('quick=returned'), { status: 'SENT' })).toEqual({ status: 'SENT' })
  expect(filterChanges(params('quick=paid'), { status: 'SENT' })).toEqual({ status: 'SENT', quick: null })
  expect(filterChanges(params('quick=paid'), { status: null })).toEqual({ status: null })
})
