import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'

import type { Correction, RejectRecord, RowVerdict } from '@/lib/schemas'
import { csvFile, openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

type Sent = { rows: { line: number; cells: Record<string, string> }[] }

/** What the faked API holds: rejects by line, and what came to it. */
let open: RejectRecord[] = []
let sent: Sent['rows'][] = []
let files: File[] = []

const BASE = '/billings/csv/uploads/upload-1/rejects'

function reject(line: number, fields: Partial<RejectRecord> = {}): RejectRecord {
  return {
    line,
    code: 'EMAIL_FORMAT',
    column: 'E-mail',
    message: 'E-mail: não é um endereço; escreva na forma nome@dominio.com.br.',
    cells: { Cliente: `Pagadora ${line}`, 'E-mail': `p${line}@@exemplo.com`, Valor: '10,00' },
    amount_cents: 1_000,
    whole: true,
    proposal: { column: 'E-mail', value: `p${line}@exemplo.com` },
    ...fields,
  }
}

const AMOUNT = {
  code: 'AMOUNT_FORMAT',
  column: 'Valor',
  message: 'Valor: não é um número.',
  amount_cents: null,
  proposal: null,
}

function summary() {
  const codes = [...new Set(open.map((one) => one.code))]
  const cents = (records: RejectRecord[]) =>
    records.reduce((sum, one) => sum + (one.amount_cents ?? 0), 0)
  return {
    upload_id: 'upload-1',
    name: 'novembro.csv',
    columns: [
      { name: 'Cliente', official: 'name' },
      { name: 'E-mail', official: 'email' },
      { name: 'Valor', official: 'debtAmount' },
    ],
    rejected: 3,
    rejected_open: open.length,
    amount_cents: cents(open),
    with_amount: open.filter((one) => one.amount_cents !== null).length,
    reasons: codes.map((code) => {
      const these = open.filter((one) => one.code === code)
      return {
        code,
        column: these[0]?.column ?? null,
        rejects: these.length,
        amount_cents: cents(these),
        with_amount: these.length,
      }
    }),
  }
}

function correction(fields: Partial<Correction>): Correction {
  return {
    upload_id: 'upload-2',
    corrects: 'upload-1',
    records: 0,
    accepted: 0,
    rejected: 0,
    duplicates: 0,
    conflicts: 0,
    amount_cents: 0,
    untouched: 0,
    mended_before: 0,
    unknown: 0,
    rejected_open: open.length,
    ...fields,
  }
}

const isRight = (cells: Record<string, string>) =>
  !Object.values(cells).some((cell) => cell.includes('@@') || cell === 'nada')

beforeEach(() => {
  open = [reject(3), reject(4), reject(7, { ...AMOUNT, cells: { Cliente: 'Íris', 'E-mail': 'i@x.com', Valor: 'dez' } })]
  sent = []
  files = []
  server.use(
    http.get(url(`${BASE}/reasons`), () => HttpResponse.json(summary())),
    http.get(url(`${BASE}/records`), ({ request }) => {
      const code = new URL(request.url).searchParams.get('code')
      const records = open.filter((one) => code === null || one.code === code)
      return HttpResponse.json({ records, next: null })
    }),
    http.post(url(`${BASE}/check`), async ({ request }) => {
      const { rows } = (await request.json()) as Sent
      const verdicts = rows.map(
        ({ line, cells }): RowVerdict => ({
          line,
          accepted: isRight(cells),
          code: isRight(cells) ? null : 'AMOUNT_FORMAT',
          column: isRight(cells) ? null : 'Valor',
          message: isRight(cells) ? '' : 'Valor: não é um número.',
          amount_cents: 2_000,
          proposal: null,
        }),
      )
      return HttpResponse.json({ rows: verdicts })
    }),
    http.post(url(`${BASE}/corrections`), async ({ request }) => {
      const { rows } = (await request.json()) as Sent
      sent.push(rows)
      open = open.filter((one) => !rows.some(({ line }) => line === one.line))
      return HttpResponse.json(correction({ records: rows.length, accepted: rows.length }))
    }),
    http.post(url(`${BASE}/file`), async ({ request }) => {
      files.push((await request.formData()).get('file') as File)
      open = open.slice(1)
      return HttpResponse.json(correction({ records: 3, accepted: 1, untouched: 2 }))
    }),
  )
})

const wrongCells = () =>
  screen.getAllByRole('textbox').filter((cell) => cell.getAttribute('aria-invalid') === 'true')

describe('the rejects of a file', () => {
  test('are told by reason, with their money, each with its cell at fault', async () => {
    const { user } = openPage('/envios/upload-1/rejeitadas')
    expect(await screen.findAllByTestId('reject-row')).toHaveLength(3)
    expect(screen.getByText(/3 de 3 em aberto/)).toHaveTextContent('R$ 20,00 parados, nas 2')
    const reasons = screen.getAllByTestId('reason')
    expect(reasons).toHaveLength(2)
    expect(reasons[0]).toHaveTextContent('E-mail inválido 2 R$ 20,00')
    expect(reasons[1]).toHaveTextContent(/^Valor inválido 1$/)
    expect(screen.getByLabelText('E-mail, linha 3')).toHaveValue('p3@@exemplo.com')
    expect(screen.getAllByTestId('reject-row')[0]).toHaveTextContent('Não é um endereço')
    await user.click(screen.getByRole('button', { name: /Valor inválido/ }))
    await waitFor(() => expect(screen.getAllByTestId('reject-row')).toHaveLength(1))
  })

  test('of a kind are mended by one click, and sent by another', async () => {
    const { user } = openPage('/envios/upload-1/rejeitadas')
    await user.click(await screen.findByTestId('use-kind'))
    const send = await screen.findByRole('button', { name: 'Enviar 2 corrigidas' })
    await user.click(send)
    expect(await screen.findByText('2 linhas corrigidas serão cobradas.')).toBeVisible()
    expect(sent).toEqual([
      [
        { line: 3, cells: { 'E-mail': 'p3@exemplo.com' } },
        { line: 4, cells: { 'E-mail': 'p4@exemplo.com' } },
      ],
    ])
    await waitFor(() => expect(screen.getAllByTestId('reject-row')).toHaveLength(1))
  })

  test('are checked when their cell is left, and not sent while they are wrong', async () => {
    const { user } = openPage('/envios/upload-1/rejeitadas')
    const cell = await screen.findByLabelText('Valor, linha 7')
    await user.clear(cell)
    await user.type(cell, 'nada')
    await user.tab()
    await waitFor(() => expect(screen.getByLabelText('Valor, linha 7')).toBeInvalid())
    expect(screen.getByTestId('send-mended')).toBeDisabled()
    await user.clear(screen.getByLabelText('Valor, linha 7'))
    await user.type(screen.getByLabelText('Valor, linha 7'), '20,00{Enter}')
    expect(await screen.findByText('Certa, pronta para enviar')).toBeVisible()
    const row = screen.getAllByTestId('reject-row').find((one) => one.dataset.line === '7')
    expect(row).toHaveTextContent('R$ 20,00')
    expect(screen.getByRole('button', { name: 'Enviar 1 corrigida' })).toBeEnabled()
  })

  test('are all mended at the end, and nothing is red', async () => {
    open = open.slice(2)
    const { user } = openPage('/envios/upload-1/rejeitadas')
    const cell = await screen.findByLabelText('Valor, linha 7')
    await user.clear(cell)
    await user.type(cell, '20,00{Enter}')
    await user.click(await screen.findByRole('button', { name: 'Enviar 1 corrigida' }))
    expect(await screen.findByText('Nada a corrigir')).toBeVisible()
    expect(screen.queryAllByRole('alert')).toEqual([])
    expect(screen.queryAllByRole('textbox')).toEqual([])
  })

  test('come back as a file that is let fall on the page', async () => {
    openPage('/envios/upload-1/rejeitadas')
    const zone = await screen.findByTestId('rejects-drop')
    const file = csvFile('linha;motivo;Valor\n7;;10,00\n', 'rejeitadas.csv')
    fireEvent.drop(zone, { dataTransfer: { files: [file] } })
    const told = await screen.findByTestId('correction')
    expect(told).toHaveTextContent('1 linha corrigida será cobrada.')
    expect(told).toHaveTextContent('2 linhas continuam em aberto.')
    expect(files).toHaveLength(1)
  })

  test('keep what was written when the server cannot be asked', async () => {
    server.use(http.post(url(`${BASE}/check`), () => problem(503, 'UNAVAILABLE', ''), { once: true }))
    const { user } = openPage('/envios/upload-1/rejeitadas')
    const cell = await screen.findByLabelText('Valor, linha 7')
    await user.clear(cell)
    await user.type(cell, '20,00{Enter}')
    const alert = await screen.findByRole('alert')
    expect(screen.getByLabelText('Valor, linha 7')).toHaveValue('20,00')
    await user.click(within(alert).getByRole('button', { name: 'Tentar de novo' }))
    expect(await screen.findByRole('button', { name: 'Enviar 1 corrigida' })).toBeEnabled()
  })

  test('that are wrong as a whole show every cell', async () => {
    open = [reject(9, { code: 'FIELD_COUNT', column: null, message: 'A linha não tem o mesmo número de campos', proposal: null })]
    openPage('/envios/upload-1/rejeitadas')
    expect(await screen.findByText('Linha inteira')).toBeVisible()
    expect(screen.getAllByRole('textbox')).toHaveLength(3)
    expect(wrongCells()).toEqual([])
  })
})
