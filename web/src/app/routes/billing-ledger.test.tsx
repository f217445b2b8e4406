import { screen, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'

import type { Ledger } from '@/lib/schemas'
import { makeLedger } from '@/testing/bank'
import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

let ledger: Ledger
let settled: { key: string | null; said: unknown }[]
let undone: [settlement: string, said: unknown][]

const told = (teller: 'bank' | 'webhook' | 'person', settlement: number | null = null) => ({
  teller,
  paid_on: '2026-11-28',
  toldat: '2026-11-29T12:00:00Z',
  settlement,
})

const payment = (fields: Partial<Ledger['payments'][number]>) => ({
  paid_cents: 100_000,
  extra_cents: 0,
  deducted_cents: 0,
  net_cents: null,
  paid_on: '2026-11-28',
  reversed: false,
  told: [told('bank')],
  ...fields,
})

beforeEach(() => {
  db.uploads = [makeUpload({ id: 'upload-1' })]
  db.billings = [makeBilling({ debt_id: 'debt-a', upload_id: 'upload-1' })]
  ledger = makeLedger()
  settled = []
  undone = []
  server.use(
    http.get(url('/billings/debt-a/ledger'), () => HttpResponse.json(ledger)),
    http.post(url('/billings/debt-a/settle'), async ({ request }) => {
      settled.push({ key: request.headers.get('Idempotency-Key'), said: await request.json() })
      ledger = makeLedger({
        paid_cents: 100_000,
        receivable_cents: 0,
        payments: [payment({ told: [told('person', 5)] })],
        acts: [{ settlement: 5, asked_by: 'ana', reason: 'pagou em dinheiro', actedat: '2026-11-29T12:00:00Z' }],
      })
      return HttpResponse.json(ledger)
    }),
    http.post(url('/billings/debt-a/settlements/:settlement/undo'), async ({ request, params }) => {
      undone.push([String(params.settlement), await request.json()])
      ledger = makeLedger({ payments: [payment({ reversed: true, told: [told('person', 5)] })] })
      return HttpResponse.json(ledger)
    }),
  )
})

const open = () => openPage('/uploads/upload-1?billing=debt-a')

describe('the money of a billing', () => {
  test('is told payment by payment, with who told of it and what the bank said', async () => {
    ledger = makeLedger({
      paid_cents: 103_000,
      receivable_cents: 0,
      overpaid_cents: 1_000,
      payments: [payment({ paid_cents: 103_000, extra_cents: 2_000, told: [told('bank'), told('webhook')] })],
      occurrences: [
        {
          return_id: 'return-1',
          line: 2,
          occurrence: '06',
          kind: 'PAID',
          text: 'Liquidação normal',
          reasons: [],
          occurred_on: '2026-11-28',
        },
      ],
    })
    open()
    expect(await screen.findByTestId('ledger-balance')).toHaveTextContent('R$ 1.030,00 de R$ 1.000,00 pagos, R$ 10,00 a mais.')
    const payments = screen.getByTestId('ledger-payments')
    expect(payments).toHaveTextContent('com R$ 20,00 de juros e multa · Segundo: o banco, outro sistema')
    expect(screen.queryByTestId('settle-undo')).toBeNull()
    expect(screen.queryByTestId('settle')).toBeNull()
    expect(screen.getByTestId('ledger-occurrences')).toHaveTextContent('Liquidação normal')
    expect(screen.getByRole('link', { name: 'Ver retorno' })).toHaveAttribute('href', '/banco/retornos/return-1')
  })

  test('is settled by hand with a reason, and that is undone', async () => {
    const { user } = open()
    await user.click(await screen.findByTestId('settle'))
    let dialog = await screen.findByTestId('act-dialog')
    expect(within(dialog).getByTestId('act-confirm')).toBeDisabled()
    await user.type(within(dialog).getByTestId('settle-reason'), 'pagou em dinheiro')
    await user.type(within(dialog).getByTestId('settle-amount'), '1,000')
    expect(within(dialog).getByText('Escreva o valor como 1.234,56.')).toBeInTheDocument()
    expect(within(dialog).getByTestId('act-confirm')).toBeDisabled()
    await user.clear(within(dialog).getByTestId('settle-amount'))
    await user.click(within(dialog).getByTestId('act-confirm'))
    await user.click(await screen.findByTestId('settle-undo'))
    expect(settled.map(({ said }) => said)).toEqual([
      { paid_cents: null, paid_on: null, reason: 'pagou em dinheiro' },
    ])
    expect(screen.getByTestId('ledger-acts')).toHaveTextContent('pagou em dinheiro')
    dialog = await screen.findByTestId('act-dialog')
    await user.type(within(dialog).getByTestId('settle-reason'), 'cobrança errada')
    await user.click(within(dialog).getByTestId('act-confirm'))
    expect(await screen.findByText(/desfeito/)).toBeInTheDocument()
    expect(undone).toEqual([['5', { reason: 'cobrança errada' }]])
    expect(screen.getByTestId('settle')).toBeInTheDocument()
  })

  test('is sent again under the same key after an answer was lost', async () => {
    server.use(http.post(url('/billings/debt-a/settle'), ({ request }) => {
      settled.push({ key: request.headers.get('Idempotency-Key'), said: null })
      return problem(503, 'UNAVAILABLE', '')
    }, { once: true }))
    const { user } = open()
    await user.click(await screen.findByTestId('settle'))
    const dialog = await screen.findByTestId('act-dialog')
    await user.type(within(dialog).getByTestId('settle-reason'), 'pagou')
    await user.type(within(dialog).getByTestId('settle-amount'), '500,00')
    await user.click(within(dialog).getByTestId('act-confirm'))
    await within(dialog).findByRole('alert')
    await user.click(within(dialog).getByTestId('act-confirm'))
    await screen.findByTestId('settle-undo')
    expect(settled).toHaveLength(2)
    expect(settled[0]?.key).toMatch(/^[\d-]{10,}$/)
    expect(settled[1]?.key).toBe(settled[0]?.key)
    expect(settled[1]?.said).toEqual({ paid_cents: 50_000, paid_on: null, reason: 'pagou' })
  })
})
