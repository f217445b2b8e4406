import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'

import type { RemittanceOrder, RemittancePreview, ReturnFile } from '@/lib/schemas'
import { makePreview, makeRecord, makeRemittance, makeReturn, makeTally } from '@/testing/bank'
import { csvFile, openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

let preview: RemittancePreview
let remittances: ReturnType<typeof makeRemittance>[]
let order: RemittanceOrder
let returns: ReturnFile[]
let sent: { file: File; link: string | null }[]
let posted: string[]

const find = (id: unknown) => returns.find((one) => one.return_id === id)

beforeEach(() => {
  preview = makePreview()
  remittances = []
  returns = []
  sent = []
  posted = []
  order = {
    id: 'order-1',
    upload_id: null,
    state: 'WAITING',
    layout: 'itau-400',
    createdat: '2026-11-29T12:00:00Z',
    endedat: null,
    held_back: null,
    last_error: null,
    remittances: [],
  }
  server.use(
    http.get(url('/remittances/preview'), () => HttpResponse.json(preview)),
    http.get(url('/remittances'), () => HttpResponse.json({ records: remittances, next: null })),
    http.post(url('/remittances'), async ({ request }) => {
      expect(await request.json()).toEqual({ all: true })
      return HttpResponse.json(order, { status: 202 })
    }),
    http.get(url('/remittances/orders/order-1'), () => HttpResponse.json(order)),
    http.post(url('/remittances/orders/order-1/retry'), () => {
      order = { ...order, state: 'DONE', remittances: [makeRemittance()], held_back: [] }
      return HttpResponse.json({ works: 1 })
    }),
    http.get(url('/payments/returns'), () => HttpResponse.json({ records: returns, next: null })),
    http.post(url('/payments/returns'), async ({ request }) => {
      const file = (await request.formData()).get('file') as File
      sent.push({ file, link: new URL(request.url).searchParams.get('link') })
      const taken = returns[0] ?? makeReturn({ name: file.name })
      returns = [taken]
      return HttpResponse.json(taken)
    }),
    http.get(url('/payments/returns/:id'), ({ params }) => {
      const file = find(params.id)
      return file ? HttpResponse.json(file) : problem(404, 'NOT_FOUND', 'There is no such file.')
    }),
    http.post(url('/payments/returns/:id/post'), ({ params }) => {
      posted.push(String(params.id))
      return HttpResponse.json(find(params.id), { status: 202 })
    }),
    http.get(url('/payments/returns/:id/records'), ({ request }) => {
      const fate = new URL(request.url).searchParams.get('fate')
      const records = [
        makeRecord(),
        makeRecord({
          line: 20,
          fate: 'SUSPENSE',
          debt_id: null,
          code: null,
          our_number: '99999999',
          note: {
            code: 'UNKNOWN_TITLE',
            text: 'O nosso número não é de nenhuma cobrança sua.',
            advice: 'Se for dinheiro, ficou em suspenso: indique a cobrança, ou descarte.',
          },
        }),
      ]
      return HttpResponse.json({
        records: records.filter((one) => fate === null || one.fate === fate),
        next: null,
      })
    }),
  )
})

describe('what is ready for the bank', () => {
  test('is registered by one click, and told', async () => {
    const { user } = openPage('/banco')
    const button = await screen.findByTestId('register')
    expect(button).toHaveTextContent('Registrar 18 boletos · R$ 18.000,00')
    await user.click(button)
    expect(await screen.findByTestId('order-working')).toBeVisible()
    order = { ...order, state: 'DONE', remittances: [makeRemittance()], held_back: [] }
    remittances = [makeRemittance()]
    preview = makePreview({ titles: 0, amount_cents: 0, files: 0 })
    expect(await screen.findByTestId('order-told')).toHaveTextContent(
      '18 boletos entraram em remessa · R$ 18.000,00.',
    )
    const row = await screen.findByTestId('remittance-row')
    expect(row).toHaveTextContent('CB291107.REM')
    expect(row).toHaveTextContent('Número7')
    expect(within(row).getByRole('button', { name: 'Baixar CB291107.REM' })).toBeVisible()
    expect(await screen.findByTestId('nothing-ready')).toBeVisible()
    expect(screen.queryByTestId('register')).toBeNull()
  })

  test('is told beside what is held back, each reason with what to do', async () => {
    preview = makePreview({
      held_back: [
        {
          code: 'ADDRESS_MISSING',
          field: 'payer.address',
          detail: 'It is missing.',
          titles: 2,
          amount_cents: 20_000,
          examples: ['CTR-1', 'CTR-2'],
        },
      ],
    })
    const { user, router } = openPage('/banco')
    const row = await screen.findByTestId('held-back')
    expect(row).toHaveTextContent('Falta o endereço do pagador')
    expect(row).toHaveTextContent('R$ 200,00')
    await user.click(within(row).getByRole('button', { name: 'Abrir a cobrança CTR-2' }))
    expect(router.state.location.search).toBe('?billing=CTR-2')
  })

  test('goes on after an order that stopped', async () => {
    const { user } = openPage('/banco')
    order = { ...order, state: 'STOPPED', last_error: 'The disk is full' }
    await user.click(await screen.findByTestId('register'))
    expect(await screen.findByText('The disk is full')).toBeVisible()
    await user.click(screen.getByTestId('order-retry'))
    await waitFor(() => expect(screen.getByTestId('order-told')).toHaveAttribute('data-state', 'DONE'))
  })

  test('is not known before the layout is set; return files are taken all the same', async () => {
    server.use(http.get(url('/remittances/preview'), () => problem(409, 'LAYOUT_NOT_SET', '')))
    const { user } = openPage('/banco')
    expect(await screen.findByTestId('bank-unset')).toHaveTextContent('COBRANCA_REMITTANCE__LAYOUT')
    expect(screen.queryByTestId('problem')).toBeNull()
    await user.click(screen.getByRole('link', { name: 'Ir para os retornos' }))
    expect(await screen.findByTestId('return-choose')).toBeEnabled()
  })
})

const RETURN_FILE = `${'02RETORNO01COBRANCA'.padEnd(400)}\r\n`

describe('a return file', () => {
  test.each(['/', '/banco', '/banco/retornos', '/mailbox', '/nowhere'])(
    'let fall at %s is posted, and opens what it did',
    async (address) => {
      const { router } = openPage(address)
      await screen.findByTestId('about')
      fireEvent.drop(window, { dataTransfer: { files: [csvFile(RETURN_FILE, 'dia.ret')], types: ['Files'] } })
      expect(await screen.findByTestId('return-summary')).toHaveTextContent(
        '18 liquidados · R$ 18.000,00',
      )
      expect(router.state.location.pathname).toBe('/banco/retornos/return-1')
      expect(sent.map(({ file, link }) => [file.size, link])).toEqual([[RETURN_FILE.length, null]])
    },
  )

  test('is shown record by record with what to do, of one fate when asked', async () => {
    returns = [makeReturn()]
    const { user, router } = openPage('/banco/retornos/return-1')
    expect(await screen.findAllByTestId('return-record')).toHaveLength(2)
    expect(screen.getByTestId('record-note')).toHaveTextContent('indique a cobrança, ou descarte')
    await user.click(screen.getByRole('button', { name: 'CTR-1' }))
    expect(router.state.location.search).toBe('?billing=debt-a')
    await user.keyboard('{Escape}')
    await user.selectOptions(screen.getByTestId('fate-filter'), 'SUSPENSE')
    await waitFor(() => expect(screen.getAllByTestId('return-record')).toHaveLength(1))
  })

  test('that was only shown counts nothing before it is posted', async () => {
    returns = [makeReturn({ shown_only: true, postedat: null })]
    const { user } = openPage('/banco/retornos/return-1')
    expect(await screen.findByTestId('return-verdict')).toHaveTextContent('Só mostrado')
    await user.click(screen.getByTestId('return-post'))
    expect(await screen.findByText('Lançando…')).toBeVisible()
    expect(posted).toEqual(['return-1'])
    returns = [makeReturn()]
    await waitFor(() => expect(screen.getByTestId('return-verdict')).toHaveTextContent('Lançado'))
    expect(screen.queryByTestId('return-shown')).toBeNull()
  })

  test('that was refused says why, where, and does nothing', async () => {
    returns = [
      makeReturn({
        verdict: 'refuse',
        postedat: null,
        tally: null,
        code: 'TRAILER_MISMATCH',
        message: 'O total do arquivo não é a soma das linhas. Peça-o de novo ao banco.',
        line: 21,
        first_place: 221,
        last_place: 234,
      }),
    ]
    openPage('/banco/retornos/return-1')
    const refusal = await screen.findByTestId('return-refusal')
    expect(refusal).toHaveTextContent('O total do arquivo não é a soma das linhas')
    expect(refusal).toHaveTextContent('Linha 21, posições 221 a 234')
    expect(screen.queryByTestId('return-post')).toBeNull()
    expect(screen.queryByTestId('return-record')).toBeNull()
  })

  test('of another header is taken when a person says that it is ours', async () => {
    returns = [makeReturn({ verdict: 'refuse', postedat: null, tally: null, code: 'UNKNOWN_AGREEMENT', message: 'De outro convênio.' })]
    const { user } = openPage('/banco/retornos/return-1')
    await screen.findByTestId('return-link')
    await user.upload(screen.getByTestId('return-link-input'), csvFile(RETURN_FILE, 'dia.ret'))
    await waitFor(() => expect(sent.map(({ link }) => link)).toEqual(['true']))
  })

  test('that cannot be sent can be sent again', async () => {
    server.use(http.post(url('/payments/returns'), () => problem(503, 'UNAVAILABLE', ''), { once: true }))
    const { user } = openPage('/banco/retornos')
    await screen.findByTestId('return-choose')
    await user.upload(screen.getByTestId('return-choose-input'), csvFile(RETURN_FILE, 'dia.ret'))
    const alert = await screen.findByTestId('return-problem')
    await user.click(within(alert).getByRole('button', { name: 'Tentar de novo' }))
    expect(await screen.findByTestId('return-summary')).toBeVisible()
  })

  test('list says of each what it did', async () => {
    returns = [
      makeReturn(),
      makeReturn({
        return_id: 'return-2',
        tally: makeTally({ records: 3, kinds: { REGISTERED: 2, REGISTRATION_REJECTED: 1 } }),
      }),
      makeReturn({ return_id: 'return-3', verdict: 'repeat', postedat: null, tally: null, message: 'Este arquivo já veio.' }),
    ]
    openPage('/banco/retornos')
    const rows = await screen.findAllByTestId('return-row')
    expect(rows[0]).toHaveTextContent('18 liquidados · R$ 18.000,001 em suspenso · R$ 50,00')
    expect(rows[1]).toHaveTextContent('2 registrados1 recusado')
    expect(rows[2]).toHaveTextContent('Já lançado antes')
  })
})
