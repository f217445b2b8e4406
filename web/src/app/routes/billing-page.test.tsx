import { screen, waitFor } from '@testing-library/react'
import { http } from 'msw'
import { describe, expect, test, vi } from 'vitest'

import { db, makeBilling, makeFound, makePayer, makeUpload } from '@/testing/db'
import { makeGate } from '@/testing/gate'
import { openPage } from '@/testing/open-page'
import { server, url } from '@/testing/server'

const ADDRESS = '/cobrancas/debt-a'

function open(fields: Parameters<typeof makeBilling>[0] = {}, mail = 'smtp') {
  db.uploads = [makeUpload({ id: 'upload-1', name: 'novembro.csv', mail })]
  db.billings = [makeBilling({ debt_id: 'debt-a', upload_id: 'upload-1', name: 'Ana Conceição', ...fields })]
  return openPage(ADDRESS)
}

/** A desk: as wide as the slip wants it. */
function beWide() {
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: query.includes('min-width: 75em'),
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }))
}

describe('a billing', () => {
  test('says its value, state, file and numbers, and its slip is handed over by one press', async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined)
    const { user } = open()
    expect(await screen.findByRole('heading', { level: 1, name: /1\.234,56/ })).toBeVisible()
    expect(await screen.findByTestId('billing-status')).toHaveTextContent('Enviada')
    expect(await screen.findByRole('link', { name: 'novembro.csv' })).toHaveAttribute('href', '/envios/upload-1')
    expect(screen.getByRole('button', { name: 'Copiar' })).toBeVisible()
    await user.click(screen.getByTestId('save-pdf'))
    await waitFor(() => expect(click).toHaveBeenCalledOnce())
    expect(click.mock.contexts[0]).toHaveProperty('download', 'boleto-2026-12-05-109-00000001-7-ana-conceicao.pdf')
  })

  test('says in a sentence what went wrong and what to do', async () => {
    open({ status: 'FAILED', history: [{ status: 'FAILED', at: '2026-11-24T12:01:00Z', detail: '550 5.1.1 no such user' }] })
    const told = await screen.findByTestId('billing-told')
    expect(told).toHaveTextContent('O e-mail não chegou. O endereço não existe.')
    expect(told).toHaveTextContent('Peça o e-mail certo ao pagador')
    expect(screen.getByTestId('resend-one')).toBeVisible()
  })

  test('has its slip beside it where there is room, and is not asked for it elsewhere', async () => {
    beWide()
    open()
    expect(await screen.findByTestId('pdf-frame')).toBeVisible()
    expect(screen.queryByTestId('open-pdf')).toBeNull()
  })

  test('that is cancelled says so on its slip, and its line cannot be copied', async () => {
    beWide()
    const asked = vi.fn()
    server.use(http.get(url('/billings/:id/pdf'), asked))
    open({ barcode: '3419731710000005037', status: 'REMOVED', removedat: '2026-11-25T12:00:00Z' })
    expect(await screen.findByTestId('slip')).toHaveTextContent('CANCELADO')
    expect(screen.getByTestId('billing-cancelled')).toBeVisible()
    expect(screen.getByTestId('digitable-line')).toHaveAttribute('data-void', 'true')
    expect(screen.queryByRole('button', { name: 'Copiar' })).toBeNull()
    expect(screen.queryByTestId('save-pdf')).toBeNull()
    expect(screen.queryByText('3419731710000005037')).toBeNull()
    expect(asked).not.toHaveBeenCalled()
  })

  test('that is paid hands on neither its line nor its barcode', async () => {
    open({ status: 'PAID', barcode: '3419731710000005037' })
    expect(await screen.findByTestId('digitable-line')).toHaveAttribute('data-void', 'true')
    expect(screen.queryByRole('button', { name: 'Copiar' })).toBeNull()
    expect(screen.queryByText('3419731710000005037')).toBeNull()
    expect(screen.queryByTestId('billing-cancelled')).toBeNull()
  })

  test('says nothing of its mail while it is not known how mails leave', async () => {
    const gate = makeGate()
    server.use(http.get(url('/billings/csv/uploads/:id'), () => gate.opened.then(() => undefined)))
    open()
    await screen.findByTestId('billing-detail')
    expect(screen.queryByTestId('billing-status')).toBeNull()
    expect(screen.getByTestId('billing-status-unknown')).not.toBeVisible()
    gate.open()
    expect(await screen.findByTestId('billing-status')).toHaveTextContent('Enviada')
  })

  test('leads to its payer, with whom it is the only one', async () => {
    db.payers = [makePayer({ payer_id: 'payer-a' })]
    db.found['11144477735'] = makeFound({
      payers: [{ payer_id: 'payer-a', tax_id: '11144477735', name: 'Ana', email: 'ana@exemplo.com.br', billings: 1 }],
    })
    const { user, router } = open()
    await user.click(await screen.findByTestId('payer-link'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/pagadores/payer-a'))
  })

  test('is cancelled after a question', async () => {
    const removed = vi.fn()
    server.use(http.delete(url('/billings/:id'), ({ params, request }) => {
      removed(params.id, new URL(request.url).search)
      return new Response(null, { status: 204 })
    }))
    const { user } = open()
    await user.click(await screen.findByTestId('billing-remove'))
    await user.selectOptions(await screen.findByTestId('cancel-reason'), 'RENEGOTIATED')
    await user.click(screen.getByTestId('confirm-accept'))
    await waitFor(() => expect(removed).toHaveBeenCalledWith('debt-a', '?reason=RENEGOTIATED'))
  })

  test('that was cancelled says why, and who wanted it', async () => {
    const removal = { status: 'REMOVED' as const, at: '2026-11-24T12:00:00Z', detail: null, reason: 'WRONG_VALUES' as const }
    open({ status: 'REMOVED', removedat: removal.at, history: [{ ...removal, by: 'Ana' }] })
    expect(await screen.findByTestId('billing-history')).toHaveTextContent(/Valores errados · por Ana$/)
  })

  test('that replaces another says what it stands for', async () => {
    open({ issue: 1, replaces: [{ upload_id: 'upload-0', line_number: 2, amount_cents: 100, due_date: '2026-11-01',
      createdat: '2026-10-01T12:00:00Z', removedat: '2026-10-02T12:00:00Z', our_number: '1', digitable_line: '2', sentat: null }] })
    expect(await screen.findByText(/o boleto anterior ainda pode ser pago/)).toBeVisible()
  })
})
