import { describe, expect, test } from 'vitest'

import { beginsLikeBankFile } from './bank-file'

const line = (text: string, places: number, end = '\r\n') => text.padEnd(places) + end

describe('a file of a bank is known by its first line', () => {
  test.each([
    ['a return file of 400 places', line('02RETORNO01COBRANCA', 400)],
    ['a remittance of 400 places', line('01REMESSA01COBRANCA', 400)],
    ['a return file of 240 places', line('34100000', 240)],
    ['one of 240 places without the blanks at its end', `${line('00100000', 142, '')}2\n`],
    ['one with an empty line before it', `\r\n${line('02RETORNO01COBRANCA', 400)}`],
    ['one whose line does not end among what was read', line('10400000', 240, '')],
  ])('%s', (_case, text) => {
    expect(beginsLikeBankFile(text)).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['a header', 'name,governmentId,email,debtAmount,debtDueDate,debtId\nAna,1,a@b.c,1,2026-12-01,x\n'],
    ['a header in Portuguese', 'Cliente;CPF;E-mail;Valor;Vencimento;Contrato\n'],
    ['a long line of columns that begins with digits', line('12345678909;Ana;100,00', 240)],
    ['a short line of digits', '34100000\n'],
    ['a workbook', 'PK\u0003\u0004'],
    ['a longer line that begins so', line('34100000', 300)],
  ])('and not %s', (_case, text) => {
    expect(beginsLikeBankFile(text)).toBe(false)
  })
})
