import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test, vi } from 'vitest'

import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

beforeEach(() => {
  db.uploads = [
    makeUpload({ id: 'upload-1', name: 'novembro.csv', mail: 'smtp' }),
    makeUpload({ id: 'upload-2', name: 'dezembro.csv', mail: 'smtp' }),
  ]
  db.billings = [
    makeBilling({ name: 'Boa', upload_id: 'upload-2', status: 'SENT' }),
    makeBilling({ name: 'Ruim', status: 'FAILED', reason: 'ADDRESS', code: 'CTR-RUIM' }),
    makeBilling({ name: 'Cheia', status: 'FAILED', reason: 'MAILBOX_FULL' }),
  ]
})

const rows = () => screen.getAllByTestId('billing-row')

describe('the billings of all files', () => {
  test('name their file, say why a mail did not arrive, and open by Enter', async () => {
    const { user, router } = openPage('/cobrancas')
    await waitFor(() => expect(rows()).toHaveLength(3))
    await waitFor(() => expect(rows()[1]).toHaveTextContent('CTR-RUIMnovembro.csv'))
    expect(rows()[1]).toHaveTextContent('E-mail não entregueendereço não existe')
    expect(rows()[0]).toHaveTextContent('Enviada')
    expect(screen.getByTestId('nav-billings')).toHaveAttribute('aria-current', 'page')
    await user.keyboard('jjkj{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe(`/cobrancas/${db.billings[1]?.debt_id}`))
  })

  test('are filtered by chips that say how many, and the address is a view to keep', async () => {
    const { user, router } = openPage('/cobrancas')
    const chip = await screen.findByTestId('quick-not_delivered')
    await waitFor(() => expect(chip).toHaveTextContent('Não entregue 2'))
    expect(screen.getByTestId('quick-all')).toHaveAttribute('aria-pressed', 'true')
    // What only a bank brings is not offered before.
    expect(screen.queryByTestId('quick-paid')).toBeNull()
    await user.click(chip)
    await waitFor(() => expect(rows()).toHaveLength(2))
    expect(router.state.location.search).toBe('?quick=not_delivered')
    await user.selectOptions(screen.getByTestId('reason-filter'), 'MAILBOX_FULL')
    await waitFor(() => expect(rows()).toHaveLength(1))
    expect(rows()[0]).toHaveTextContent('Cheia')
    expect(router.state.location.search).toBe('?quick=not_delivered&reason=MAILBOX_FULL')
    // A status of one's own takes the place of what the chip says of it.
    await user.selectOptions(screen.getByTestId('status-filter'), 'SENT')
    await waitFor(() => expect(router.state.location.search).toBe('?reason=MAILBOX_FULL&status=SENT'))
    await user.click(await screen.findByTestId('filters-clear'))
    await waitFor(() => expect(rows()).toHaveLength(3))
    expect(router.state.location.search).toBe('')
  })

  test('are counted up to a bound', async () => {
    db.billings = Array.from({ length: 1_001 }, () => makeBilling())
    openPage('/cobrancas')
    await waitFor(() => expect(screen.getByTestId('quick-all')).toHaveTextContent('Todas mais de 1.000'))
  })

  test('are narrowed by periods, amounts and file; what is no amount, or ends too early, is said', async () => {
    const asked: string[] = []
    server.events.on('request:start', ({ request }) => {
      if (new URL(request.url).pathname === '/billings') asked.push(new URL(request.url).search)
    })
    const { user, router } = openPage('/cobrancas?quick=overdue')
    await user.click(await screen.findByTestId('filters'))
    const panel = screen.getByTestId('filter-panel')
    const field = (name: string) => within(panel).getByLabelText(name)
    await user.type(field('Vencimento, de'), '2026-12-05')
    await user.type(field('Vencimento, até'), '2026-12-01')
    await user.type(field('Valor, de'), '1.2')
    await user.click(screen.getByTestId('filter-apply'))
    expect(within(panel).getByText('Escreva um valor, como 1.234,56.')).toBeVisible()
    expect(within(panel).getByText('Termina antes de começar.')).toBeVisible()
    await user.clear(field('Vencimento, até'))
    await user.type(field('Vencimento, até'), '2026-12-31')
    await user.clear(field('Valor, de'))
    await user.type(field('Valor, de'), '1.234,56')
    await user.selectOptions(screen.getByTestId('file-choice'), 'upload-1')
    await user.click(screen.getByTestId('filter-apply'))
    await waitFor(() =>
      expect(router.state.location.search).toBe(
        '?amount_from=123456&due_from=2026-12-05&due_to=2026-12-31&upload_id=upload-1',
      ),
    )
    await waitFor(() => expect(asked.at(-1)).toContain('amount_from=123456'))
    const active = screen.getByTestId('active-filters')
    expect(active).toHaveTextContent('Vencimento: 05/12/2026 a 31/12/2026')
    expect(active).toHaveTextContent('Valor desde R$ 1.234,56')
    await waitFor(() => expect(active).toHaveTextContent('Arquivo: novembro.csv'))
    await user.click(within(active).getByRole('button', { name: /Tirar o filtro Vencimento/ }))
    await waitFor(() => expect(router.state.location.search).toBe('?amount_from=123456&upload_id=upload-1'))
  })

  test('go out as they are filtered, by two clicks', async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined)
    const seen = { act: 'PDFS', done: { billings: 3, amount_cents: 3 }, mails_are_real: false, must_confirm: false }
    const passed = [{ outcome: 'NO_SLIP', billings: 2, amount_cents: 2 }]
    server.use(http.get(url('/jobs/preview'), () => HttpResponse.json({ ...seen, passed_over: passed })))
    const { user } = openPage('/cobrancas?quick=not_delivered&due_to=2026-12-31&after=1-2')
    await user.click(await screen.findByTestId('export'))
    await user.click(await screen.findByTestId('export-csv'))
    await waitFor(() => expect(click).toHaveBeenCalledOnce())
    const filter = '?quick=not_delivered&due_to=2026-12-31'
    expect(click.mock.contexts[0]).toMatchObject({ download: 'cobrancas.csv', href: url(`/billings/export.csv${filter}`) })
    await user.click(screen.getByTestId('pdfs'))
    await user.click(await screen.findByTestId('pdfs-print'))
    expect(await screen.findByTestId('left-out')).toHaveTextContent('Sem boleto, ficaram de fora: 2.')
    expect(click.mock.contexts[1]).toHaveProperty('href', url(`/billings/pdfs.pdf${filter}`))
  })

  test('say that nothing is so, that there are none, and what went wrong', async () => {
    const { user } = openPage('/cobrancas?quick=uncertain')
    expect(await screen.findByText('Nada com estes filtros')).toBeVisible()
    server.use(http.get(url('/billings'), () => problem(503, 'BUSY', 'Later.')))
    await user.click(screen.getByTestId('quick-returned'))
    await waitFor(() => expect(screen.getByRole('alert')).toBeVisible(), { timeout: 8_000 })
  }, 15_000)

  test('are looked for further on where a page has none', async () => {
    const pages = [
      { records: [], next: '9-1' },
      { records: [], next: '8-1' },
      { records: [db.billings[1]], next: null },
    ]
    const places: (string | null)[] = []
    server.use(
      http.get(url('/billings'), ({ request }) => {
        places.push(new URL(request.url).searchParams.get('after'))
        return HttpResponse.json(pages[places.length - 1] ?? pages[2])
      }),
    )
    openPage('/cobrancas?amount_from=1')
    await waitFor(() => expect(rows()).toHaveLength(1))
    expect(places).toEqual([null, '9-1', '8-1'])
  })
})
