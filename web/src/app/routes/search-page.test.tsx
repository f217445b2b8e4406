import { screen, waitFor, within } from '@testing-library/react'
import { http } from 'msw'
import { describe, expect, test } from 'vitest'

import { db, makeBilling, makeFound, makePayer, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

const CPF = '111.444.777-35'

function oneBilling() {
  db.uploads = [makeUpload({ id: 'upload-1', name: 'novembro.csv', mail: 'smtp' })]
  db.billings = [makeBilling({ debt_id: 'debt-a', code: 'CTR-2026/1', name: 'Ana Souza' })]
  db.payers = [makePayer({ payer_id: 'payer-a' })]
}

const foundPayer = (billings: number, name = 'Ana Souza', payer_id = 'payer-a') => ({
  payer_id, name, billings, tax_id: '11144477735', email: 'ana@exemplo.com.br',
})

describe('the search of every page', () => {
  test.each(['/', '/envios', '/envios/upload-1', '/caixa-de-saida', '/nowhere'])('is reached by / at %s', async (address) => {
    oneBilling()
    const { user } = openPage(address)
    await screen.findByRole('navigation')
    await user.keyboard('/')
    expect(screen.getByTestId('find')).toHaveFocus()
    expect(screen.getByTestId('find')).toHaveValue('')
  })

  test('opens the one billing that is found, and names nobody in the address', async () => {
    oneBilling()
    db.found['CTR-2026/1'] = makeFound({ tried: ['code'], billings: db.billings })
    const { user, router } = openPage()
    await user.keyboard('/CTR-2026/1{Enter}')
    expect(await screen.findByTestId('billing-detail')).toHaveTextContent('Ana Souza')
    expect(router.state.location).toMatchObject({ pathname: '/cobrancas/debt-a', search: '' })
  })

  test('opens the billing of a payer who has one, and the payer who has several', async () => {
    oneBilling()
    db.found[CPF] = makeFound({ tried: ['tax_id'], payers: [foundPayer(1)] })
    db.found['ana souza'] = makeFound({ payers: [foundPayer(2)] })
    const { user, router } = openPage()
    await user.type(screen.getByTestId('find'), `${CPF}{Enter}`)
    await waitFor(() => expect(router.state.location.pathname).toBe('/cobrancas/debt-a'))
    await user.keyboard('/')
    await user.clear(screen.getByTestId('find'))
    await user.type(screen.getByTestId('find'), 'ana souza{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/pagadores/payer-a'))
  })

  test('lists several by payer, as one types, from three letters on', async () => {
    oneBilling()
    db.found.ana = makeFound({
      payers: [foundPayer(1), foundPayer(1_000, 'Ana Lima', 'payer-b')],
      more: true,
    })
    const { user, router } = openPage()
    await user.type(screen.getByTestId('find'), 'an')
    await new Promise((done) => setTimeout(done, 400))
    expect(router.state.location.pathname).toBe('/envios')
    await user.type(screen.getByTestId('find'), 'a')
    const rows = await screen.findAllByTestId('payer-row')
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining('111.444.777-35'),
      expect.stringContaining('1.000 ou mais'),
    ])
    expect(screen.getByTestId('find')).toHaveFocus()
    expect(screen.getByText(/Há mais resultados/)).toBeVisible()
    expect(router.state.location).toMatchObject({ pathname: '/busca', search: '', hash: '' })
  })

  test('does not open the one hit while one types', async () => {
    oneBilling()
    db.found.ana = makeFound({ payers: [foundPayer(1)] })
    const { user, router } = openPage()
    await user.type(screen.getByTestId('find'), 'ana')
    expect(await screen.findByTestId('payer-row')).toBeVisible()
    expect(router.state.location.pathname).toBe('/busca')
  })

  test('says what was tried where nothing is found, and of files that are not searchable yet', async () => {
    db.pending = 2
    const { user } = openPage()
    await user.type(screen.getByTestId('find'), 'XYZ-1{Enter}')
    expect(await screen.findByText(/procurado como código da dívida ou nome/)).toBeVisible()
    expect(screen.getByTestId('search-pending')).toHaveTextContent('em instantes: 2 arquivos')
  })

  test('says what is wrong by its code', async () => {
    server.use(http.get(url('/search'), () => problem(422, 'SEARCH_TOO_WIDE', 'Too many …')))
    const { user } = openPage()
    await user.type(screen.getByTestId('find'), 'silva{Enter}')
    const alert = await screen.findByRole('alert')
    expect(alert).toHaveTextContent('SEARCH_TOO_WIDE')
    expect(alert).not.toHaveTextContent('Too many')
  })
})

describe('a payer', () => {
  test('has every debt with its status and file, its sums, names and addresses', async () => {
    db.uploads = [makeUpload({ id: 'upload-1', name: 'novembro.csv', mail: 'smtp' })]
    db.billings = [
      makeBilling({ debt_id: 'debt-a', name: 'Ana Souza' }),
      makeBilling({ status: 'REMOVED', name: 'Ana de Souza' }),
    ]
    db.payers = [makePayer({
      payer_id: 'payer-a',
      names: ['Ana Souza', 'Ana de Souza'],
      totals: [{ status: 'SENT', billings: 1, amount_cents: 123_456 }, { status: 'REMOVED', billings: 1, amount_cents: 50 }],
    })]
    const { user, router } = openPage('/pagadores/payer-a')
    expect(await screen.findByRole('heading', { level: 1, name: 'Ana Souza' })).toBeVisible()
    expect(screen.getByTestId('payer-summary')).toHaveTextContent('Ana de Souza')
    const totals = screen.getAllByTestId('payer-total').map((total) => total.textContent)
    expect(totals).toEqual([expect.stringContaining('R$\u00a01.234,56'), expect.stringContaining('Cancelada')])
    const rows = await screen.findAllByTestId('billing-row')
    await waitFor(() => expect(rows[0]).toHaveTextContent('novembro.csv'))
    expect(within(rows[0] ?? document.body).getByTestId('billing-status')).toHaveTextContent('Enviada')
    await user.click(within(rows[0] ?? document.body).getByTestId('open-billing'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/cobrancas/debt-a'))
  })

  test('whom nobody knows is not found', async () => {
    openPage('/pagadores/nobody')
    expect(await screen.findByRole('alert')).toHaveTextContent('NOT_FOUND')
  })
})
