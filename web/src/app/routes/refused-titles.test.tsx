import { screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'

import type { RefusedTitle } from '@/lib/schemas'
import { makePreview } from '@/testing/bank'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

let titles: RefusedTitle[]
let asked: { debt: string; said: unknown }[]

const makeTitle = (fields: Partial<RefusedTitle> = {}): RefusedTitle => ({
  debt_id: 'debt-a',
  code: 'CTR-1',
  name: 'Ana Souza',
  amount_cents: 100_000,
  due_date: '2026-12-10',
  upload_id: 'upload-1',
  refused_on: '2026-11-28',
  reasons: [
    {
      code: '48',
      text: 'CEP inválido',
      cause: 'PAYER_ZIP',
      advice: 'Corrija o CEP (e a UF) do pagador e envie de novo.',
    },
  ],
  mend: 'ADDRESS',
  address: {
    street: 'Rua do Exemplo',
    number: '25',
    complement: '',
    district: 'Centro',
    city: 'Campinas',
    state: 'SP',
    postal_code: '13010050',
  },
  state: 'REFUSED',
  entries_again: 0,
  askedat: null,
  remittance_id: null,
  ...fields,
})

beforeEach(() => {
  titles = [makeTitle()]
  asked = []
  server.use(
    http.get(url('/remittances/preview'), () => HttpResponse.json(makePreview())),
    http.get(url('/remittances'), () => HttpResponse.json({ records: [], next: null })),
    http.get(url('/remittances/refused'), () => HttpResponse.json({ records: titles, next: null })),
    http.post(url('/remittances/refused/:debt/again'), async ({ request, params }) => {
      asked.push({ debt: String(params.debt), said: await request.json() })
      titles = [makeTitle({ state: 'ASKED', entries_again: 1 })]
      return HttpResponse.json(titles[0])
    }),
  )
})

describe('titles that the bank refused', () => {
  test('say why and what to do, are mended in place and go with the next remittance', async () => {
    const { user } = openPage('/banco')
    const row = await screen.findByTestId('refused-row')
    expect(row).toHaveTextContent('CEP inválido')
    expect(row).toHaveTextContent('Corrija o CEP')
    expect(row).toHaveTextContent('O endereço pode ser corrigido aqui.')
    await user.click(screen.getByRole('button', { name: 'Corrigir e enviar de novo a cobrança CTR-1' }))
    const code = screen.getByTestId('refused-postal_code')
    expect(code).toHaveValue('13010050')
    await user.clear(code)
    await user.type(code, '13010-051')
    await user.click(screen.getByTestId('act-confirm'))
    expect(await screen.findByTestId('refused-told')).toHaveTextContent('CTR-1 vai na próxima remessa.')
    expect(asked).toEqual([
      { debt: 'debt-a', said: { address: { ...makeTitle().address, postal_code: '13010-051' } } },
    ])
    expect(await screen.findByTestId('refused-asked')).toBeVisible()
  })

  test('go as they were when nothing was changed', async () => {
    const { user } = openPage('/banco')
    await user.click(await screen.findByTestId('refused-mend'))
    await user.click(screen.getByTestId('act-confirm'))
    await waitFor(() => expect(asked).toEqual([{ debt: 'debt-a', said: { address: null } }]))
  })

  test('say that what stands on the slip is billed again, and keep what was typed on a refusal', async () => {
    titles = [makeTitle({ mend: 'BILL_AGAIN' })]
    server.use(
      http.post(url('/remittances/refused/:debt/again'), () =>
        problem(409, 'NUMBER_REFUSED', 'The bank refused the our number itself'),
      ),
    )
    const { user } = openPage('/banco')
    await user.click(await screen.findByTestId('refused-mend'))
    expect(screen.getByTestId('refused-bill-again')).toHaveTextContent('emita de novo')
    await user.type(screen.getByTestId('refused-complement'), 'ap 3')
    await user.click(screen.getByTestId('act-confirm'))
    expect(await screen.findByTestId('problem')).toBeVisible()
    expect(screen.getByTestId('refused-complement')).toHaveValue('ap 3')
  })

  test('that were sent again wait for the bank', async () => {
    titles = [makeTitle({ state: 'SENT', entries_again: 1, remittance_id: 'remittance-1' })]
    openPage('/banco')
    expect(await screen.findByTestId('refused-sent')).toHaveTextContent('falta a resposta do banco')
    expect(screen.queryByTestId('refused-mend')).toBeNull()
  })

  test('take no room where there are none', async () => {
    titles = []
    openPage('/banco')
    expect(await screen.findByTestId('preview')).toBeVisible()
    expect(screen.queryByTestId('refused')).toBeNull()
  })
})
