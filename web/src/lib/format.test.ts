import { describe, expect, test } from 'vitest'

import { formatDigitableLine, formatTaxId, makeFormat } from './format'

const pt = makeFormat('pt-BR')
const en = makeFormat('en')

describe('formats', () => {
  test('money is exact at the largest amounts', () => {
    expect(pt.money(0)).toBe('R$\u00a00,00')
    expect(pt.money(5)).toBe('R$\u00a00,05')
    expect(pt.money(9_999_999_999)).toBe('R$\u00a099.999.999,99')
    expect(pt.money(-12_345)).toBe('-R$\u00a0123,45')
    expect(en.money(123_456_789)).toBe('R$\u00a01,234,567.89')
  })

  test('a due date is never moved by a time zone', () => {
    expect(pt.date('2026-01-01')).toBe('01/01/2026')
    expect(en.date('2026-01-01')).toBe('Jan 01, 2026')
    expect(pt.date('not a date')).toBe('not a date')
  })

  test('progress is not "100 %" before the end', () => {
    expect(pt.percent(0.999)).toBe('99%')
    expect(pt.percent(0.57)).toBe('57%')
    expect(pt.percent(1)).toBe('100%')
  })

  test('sizes have a unit', () => {
    expect(pt.bytes(0)).toBe('0 B')
    expect(pt.bytes(1_536)).toBe('1,5 KB')
    expect(pt.bytes(106_954_752)).toBe('102 MB')
  })

  test('a digitable line is printed in its five groups', () => {
    expect(formatDigitableLine('34191790010104351004791020150008291070026000')).toBe(
      '34191790010104351004791020150008291070026000',
    )
    expect(formatDigitableLine('34191790010104351004791020150008291070026000000')).toBe(
      '34191.79001 01043.510047 91020.150008 2 91070026000000',
    )
  })

  test('CPF and CNPJ get their marks, other values are left alone', () => {
    expect(formatTaxId('11144477735')).toBe('111.444.777-35')
    expect(formatTaxId('12ABC34501DE35')).toBe('12.ABC.345/01DE-35')
    expect(formatTaxId('1234')).toBe('1234')
  })
})
