import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { delay, http, HttpResponse } from 'msw'
import { describe, expect, test, vi } from 'vitest'

import { db, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { controlledStream, problem, server, url } from '@/testing/server'

describe('the list of submitted files', () => {
  test('loads on opening and shows status and counts in Brazilian numbers', async () => {
    db.uploads = [makeUpload({ name: 'novembro.csv', records: 1_100_000, accepted: 1_099_990 })]
    openPage()
    expect(screen.getAllByTestId('loading')[0]).toBeVisible()
    const row = await screen.findByTestId('upload-row')
    expect(within(row).getByText('novembro.csv')).toBeVisible()
    expect(within(row).getByTestId('upload-records')).toHaveTextContent('1.100.000')
    expect(within(row).getByTestId('upload-status')).toHaveTextContent('Concluído')
    expect(within(row).getByTestId('upload-status')).toHaveAttribute('data-status', 'SENT')
  })

  test('is parted by days, each with its sum, also of what is not shown yet', async () => {
    const day = (date: string, accepted: number) => makeUpload({ createdat: `${date}T15:00:00Z`, accepted })
    db.uploads = [day('2026-11-25', 1_000), day('2026-11-25', 500), day('2026-11-24', 7)]
    openPage()
    await screen.findAllByTestId('upload-row')
    expect(screen.getAllByTestId('group-row').map((row) => row.textContent)).toEqual([
      'quarta-feira, 25 de novembro de 2026 · 2 arquivos, 1.500 boletos, R$\u00a0298.000,00',
      'terça-feira, 24 de novembro de 2026 · 1 arquivo, 7 boletos, R$\u00a0149.000,00',
    ])
    cleanup()
    db.uploads = Array.from({ length: 60 }, () => day('2026-11-25', 1))
    openPage()
    await screen.findAllByTestId('upload-row')
    expect(screen.getByTestId('group-row')).toHaveTextContent('60 arquivos, 60 boletos')
  })

  test('is found by name and by days, in the address; of what has stopped the button is at hand', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-12-02T12:00:00Z'), toFake: ['Date'] })
    db.uploads = [
      makeUpload({ name: 'hoje.csv', createdat: '2026-12-02T11:00:00Z' }),
      makeUpload({ name: 'ontem.csv', createdat: '2026-12-02T01:00:00Z', status: 'ATTENTION', statuses: { ISSUED: 4 } }),
      makeUpload({ name: 'antes.csv', createdat: '2026-11-02T12:00:00Z' }),
    ]
    const { user, router } = openPage('/envios')
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(3))
    await user.click(screen.getByTestId('period-yesterday'))
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(1))
    expect(screen.getByTestId('upload-row')).toHaveTextContent('ontem.csv')
    expect(router.state.location.search).toBe('?period=yesterday')
    await user.click(screen.getByTestId('upload-retry'))
    await waitFor(() => expect(screen.queryByTestId('upload-retry')).toBeNull())
    await user.click(screen.getByTestId('period-all'))
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(3))
    await user.type(screen.getByTestId('search-input'), 'ante{Enter}')
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(1))
    expect(router.state.location.search).toBe('?name=ante')
    await user.type(screen.getByTestId('search-input'), 'x{Enter}')
    expect(await screen.findByText('Nenhum arquivo assim')).toBeVisible()
    vi.useRealTimers()
  })

  test('says that nothing was uploaded yet', async () => {
    openPage()
    expect(await screen.findByText('Nenhum arquivo enviado ainda')).toBeVisible()
  })

  test('shows the problem in Portuguese, by its code, and tries again', async () => {
    server.use(
      http.get(url('/billings/csv/uploads'), () => problem(507, 'STORAGE_FULL', 'Disk is full.'), {
        once: true,
      }),
    )
    db.uploads = [makeUpload({ name: 'depois.csv' })]
    const { user } = openPage()
    const alert = await screen.findByRole('alert')
    expect(alert).toHaveTextContent('Falta espaço no servidor')
    expect(alert).toHaveTextContent('Libere espaço em disco')
    expect(alert).toHaveTextContent('STORAGE_FULL')
    expect(alert).not.toHaveTextContent('Disk is full.')
    await user.click(within(alert).getByRole('button', { name: 'Tentar de novo' }))
    expect(await screen.findByText('depois.csv')).toBeVisible()
  })

  test('follows the progress stream by itself', async () => {
    const stream = controlledStream()
    server.use(http.get(url('/billings/csv/progress'), stream.resolver))
    const upload = makeUpload({ status: 'PROCESSING', progress: 0.1, statuses: { SENT: 149 } })
    db.uploads = [upload]
    openPage()
    const bar = await screen.findByRole('progressbar')
    expect(bar).toHaveAttribute('aria-valuenow', '10')
    await waitFor(() =>
      expect(screen.getByTestId('freshness')).toHaveAttribute('data-freshness', 'live'),
    )
    stream.tell('uploads', { records: [{ ...upload, progress: 0.6 }] })
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '60'))
    stream.tell('uploads', { records: [{ ...upload, status: 'SENT', progress: 1 }] })
    await waitFor(() =>
      expect(screen.getByTestId('upload-status')).toHaveAttribute('data-status', 'SENT'),
    )
  })

  test('polls while there is no stream', async () => {
    db.uploads = [makeUpload({ status: 'PROCESSING', progress: 0.2 })]
    openPage()
    await screen.findByTestId('upload-row')
    expect(screen.getByTestId('freshness')).toHaveAttribute('data-freshness', 'polling')
    db.uploads = db.uploads.map((upload) => ({ ...upload, status: 'SENT', progress: 1 }))
    await waitFor(
      () => expect(screen.getByTestId('upload-status')).toHaveAttribute('data-status', 'SENT'),
      { timeout: 8_000 },
    )
  })

  test('reads again by the refresh button', async () => {
    const { user } = openPage()
    await screen.findByTestId('empty')
    db.uploads = [makeUpload({ name: 'de-outra-aba.csv' })]
    await user.click(screen.getByTestId('refresh-uploads'))
    expect(await screen.findByText('de-outra-aba.csv')).toBeVisible()
  })

  test('shows older files page by page', async () => {
    db.uploads = Array.from({ length: 60 }, () => makeUpload())
    const { user } = openPage()
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(50))
    await user.click(screen.getByRole('button', { name: 'Mostrar mais antigos' }))
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(60))
  })

  test('a slow poll does not shorten a list that was made longer meanwhile', async () => {
    const uploads = Array.from({ length: 60 }, () => makeUpload())
    db.uploads = uploads
    const { user } = openPage()
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(50))
    let held = 0
    const holdFirst = http.get(url('/billings/csv/uploads'), async ({ request }) => {
      if (new URL(request.url).searchParams.has('after')) return
      held += 1
      await delay(600)
      return HttpResponse.json({ records: uploads.slice(0, 50), next: uploads[49]?.id, days: [] })
    })
    server.use(holdFirst)
    await waitFor(() => expect(held).toBe(1), { timeout: 8_000 })
    await user.click(screen.getByRole('button', { name: 'Mostrar mais antigos' }))
    await waitFor(() => expect(screen.getAllByTestId('upload-row')).toHaveLength(60))
    await delay(700)
    expect(screen.getAllByTestId('upload-row')).toHaveLength(60)
  })

  test('removes an upload only after confirmation', async () => {
    db.uploads = [makeUpload({ name: 'errado.csv' })]
    const { user } = openPage()
    await user.click(await screen.findByTestId('upload-actions'))
    await user.click(await screen.findByTestId('upload-remove'))
    const dialog = await screen.findByRole('dialog')
    expect(dialog).toHaveTextContent('“errado.csv”')
    expect(screen.getByTestId('upload-status')).toHaveAttribute('data-status', 'SENT')
    await user.click(within(dialog).getByTestId('confirm-accept'))
    await waitFor(() =>
      expect(screen.getByTestId('upload-status')).toHaveAttribute('data-status', 'REMOVED'),
    )
  })

  test('downloads the rejects', async () => {
    const asked: string[] = []
    const rejects = vi.fn(({ request }: { request: Request }) => {
      asked.push(new URL(request.url).search)
      return new HttpResponse('line_number', { headers: { 'Content-Type': 'text/csv' } })
    })
    server.use(http.get(url('/billings/csv/uploads/:id/rejects'), rejects))
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined)
    db.uploads = [makeUpload({ name: 'com-erros.csv' })]
    const { user } = openPage()
    await user.click(await screen.findByTestId('upload-actions'))
    await user.click(await screen.findByTestId('upload-rejects'))
    await waitFor(() => expect(click).toHaveBeenCalledOnce())
    expect(click.mock.contexts[0]).toHaveProperty('download', 'com-erros-rejects.csv')
    // Excel in Portuguese does not part columns at commas.
    expect(asked).toEqual(['?delimiter=%3B'])
  })
})

describe('the API key', () => {
  test('is asked for on 401, kept in the session, and sent with every call after', async () => {
    const guarded = ({ request }: { request: Request }) =>
      request.headers.get('Authorization') === 'Bearer segredo'
        ? undefined
        : problem(401, 'UNAUTHORIZED', 'A key is needed.')
    server.use(http.all(url('/*'), guarded))
    db.uploads = [makeUpload({ name: 'protegido.csv' })]
    const { user } = openPage()
    const input = await screen.findByLabelText(/Chave da API/)
    await user.type(input, 'errada')
    await user.click(screen.getByTestId('api-key-submit'))
    expect(await screen.findByText(/foi recusada/)).toBeInTheDocument()
    await user.type(screen.getByLabelText(/Chave da API/), 'segredo')
    await user.click(screen.getByTestId('api-key-submit'))
    expect(await screen.findByText('protegido.csv')).toBeVisible()
    await waitFor(() => expect(screen.queryByTestId('api-key-submit')).not.toBeInTheDocument())
    expect(window.sessionStorage.getItem('cobranca.api_key')).toBe('segredo')
    expect(await screen.findByTestId('about')).toHaveTextContent('Escola Exemplo')
  })
})

test('the page speaks English by a switch, and remembers it', async () => {
  db.uploads = [makeUpload({ records: 1_500 })]
  const { user } = openPage()
  await screen.findByTestId('upload-row')
  expect(document.documentElement.lang).toBe('pt-BR')
  await user.click(screen.getByTestId('language-en'))
  expect(await screen.findByRole('heading', { name: 'Upload billings' })).toBeVisible()
  expect(screen.getByTestId('upload-records')).toHaveTextContent('1,500')
  expect(document.documentElement.lang).toBe('en')
  expect(window.localStorage.getItem('cobranca.locale')).toBe('en')
})
