import { describe, expect, test } from 'vitest'

import { pt } from '@/lib/i18n/pt'
import type { BillingDetail } from '@/lib/schemas'
import { makeBilling } from '@/testing/db'

import { billingTold } from './billing-told'

type Change = BillingDetail['history'][number]

const change = (status: Change['status'], detail: string | null = null): Change => ({
  status,
  at: '2026-11-24T12:00:00Z',
  detail,
})

const told = (status: BillingDetail['status'], ...history: Change[]) =>
  billingTold(pt, makeBilling({ status, history }))

describe('what went wrong with a mail, and what to do', () => {
  test('an address that does not exist', () => {
    const found = told('FAILED', change('FAILED', '550 5.1.1 no such user'))
    expect(found?.title).toBe('O e-mail não chegou. O endereço não existe.')
    expect(found?.body).toContain('Peça o e-mail certo')
    expect(found?.body).toContain('O boleto existe')
  })

  test('an answer that tells nothing', () => {
    const found = told('FAILED', change('FAILED', '550 no'))
    expect(found?.title).toBe('O e-mail não chegou.')
    expect(found?.body).toContain('o que o servidor disse')
  })

  test('a mail that may have arrived', () => {
    expect(told('UNCERTAIN', change('UNCERTAIN', 'Connection lost'))?.body).toContain('duas vezes')
  })

  test('a mail that came back, until it is sent again', () => {
    expect(told('SENT', change('SENT'), change('BOUNCED', '5.2.2 full'))?.kind).toBe('BOUNCED')
    expect(told('SENT', change('BOUNCED'), change('RESENT'), change('SENT'))).toBeNull()
  })

  test('a mail that is tried again needs nobody', () => {
    expect(told('ISSUED', change('DEFERRED', '4.2.2 full'))?.body).toContain('não é preciso fazer nada')
  })

  test('nothing where nothing is wrong', () => {
    expect(told('SENT', change('SENT'))).toBeNull()
    expect(told('REMOVED', change('FAILED', '5.1.1'), change('REMOVED'))).toBeNull()
  })
})
