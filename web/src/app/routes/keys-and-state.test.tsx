import { onlineManager } from '@tanstack/react-query'
import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { controlledStream, problem, server, url } from '@/testing/server'

const UPLOADS = url('/billings/csv/uploads')

describe('keys', () => {
  test.each(['open-pdf', 'billing-remove'])('Esc closes %s, and the drawer only after it', async (id) => {
    db.uploads = [makeUpload({ id: 'upload-1' })]
    db.billings = [makeBilling({ debt_id: 'debt-a' })]
    const { user, router } = openPage('/envios/upload-1?billing=debt-a')
    const drawer = await screen.findByRole('dialog', { name: 'Cobrança' })
    await user.click(await within(drawer).findByTestId(id))
    const upper = await screen.findByRole('dialog', { name: /Boleto|Cancelar/ })
    await user.keyboard('{Escape}')
    await waitFor(() => expect(upper).not.toBeInTheDocument())
    expect(router.state.location.search).toBe('?billing=debt-a')
    await user.keyboard('{Escape}')
    await waitFor(() => expect(router.state.location.search).toBe(''))
  })

  test('/ brings the focus to the search, but is typed where one types', async () => {
    db.uploads = [makeUpload({ id: 'upload-1' })]
    const { user } = openPage('/envios/upload-1')
    const search = await screen.findByTestId('find')
    await user.keyboard('/')
    expect(search).toHaveFocus()
    expect(search).toHaveValue('')
    await user.keyboard('a/b')
    expect(search).toHaveValue('a/b')
  })

  test('single keys are turned off and on again, and that is remembered', async () => {
    db.uploads = [makeUpload({ id: 'upload-1' })]
    const { user } = openPage('/envios/upload-1')
    const search = await screen.findByTestId('find')
    const keys = await screen.findByRole('button', { name: /Atalhos/ })
    await user.click(keys)
    expect(keys).toHaveTextContent('desligados')
    await user.keyboard('/')
    expect(search).not.toHaveFocus()
    expect(window.localStorage.getItem('cobranca.keys')).toBe('off')
    await user.click(keys)
    await user.keyboard('/')
    expect(search).toHaveFocus()
  })

  test('/ does nothing beneath a dialog', async () => {
    db.uploads = [makeUpload({ id: 'upload-1' })]
    const { user } = openPage('/envios/upload-1')
    const search = await screen.findByTestId('find')
    await user.click(await screen.findByTestId('upload-remove'))
    await screen.findByRole('dialog')
    await user.keyboard('/')
    expect(search).not.toHaveFocus()
  })
})

describe('what stands around the pages', () => {
  test.each([
    ['/envios', 'Envios'],
    ['/envios/upload-1', 'Envios'],
    ['/emails', 'E-mails'],
    ['/caixa-de-saida', 'E-mails'],
  ])('at %s the mark is on %s alone', async (address, name) => {
    db.uploads = [makeUpload({ id: 'upload-1' })]
    openPage(address)
    const navigation = await screen.findByRole('navigation', { name: 'Seções' })
    const marked = within(navigation)
      .getAllByRole('link')
      .filter((link) => link.getAttribute('aria-current') === 'page')
    expect(marked.map((link) => link.textContent)).toEqual([name])
  })

  test('a control is called by what is seen of it', () => {
    openPage()
    for (const shown of ['PT', 'EN']) {
      expect(screen.getByText(shown)).toHaveAccessibleName(expect.stringContaining(shown))
    }
  })

  test('the key is forgotten by a button, and with it what it had opened', async () => {
    window.sessionStorage.setItem('cobranca.api_key', 'old')
    const guarded = ({ request }: { request: Request }) =>
      request.headers.has('Authorization') ? undefined : problem(401, 'UNAUTHORIZED', 'A key …')
    server.use(http.all(url('/*'), guarded))
    db.uploads = [makeUpload({ name: 'protegido.csv' })]
    const { setApiKey } = await import('@/lib/api-key')
    setApiKey('segredo')
    const { user } = openPage()
    expect(await screen.findByText('protegido.csv')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Esquecer a chave' }))
    expect(window.sessionStorage.getItem('cobranca.api_key')).toBeNull()
    expect(await screen.findByLabelText(/Chave da API/)).toBeInTheDocument()
    expect(screen.queryByText('protegido.csv')).toBeNull()
    expect(screen.queryByTestId('forget-key')).toBeNull()
  })
})

describe('state of the server', () => {
  afterEach(() => onlineManager.setOnline(true))

  test('is asked for, or its absence told, also when the browser says that it is offline', async () => {
    onlineManager.setOnline(false)
    db.uploads = [makeUpload({ id: 'upload-1', name: 'local.csv' })]
    server.use(http.get(url('/billings'), () => HttpResponse.error()))
    openPage('/envios/upload-1')
    expect(await screen.findByRole('heading', { name: 'local.csv' })).toBeVisible()
    expect(await screen.findByText('Sem contato com o servidor')).toBeVisible()
  })

  test('a list that cannot be read again stays, is called old, and is live no more', async () => {
    const stream = controlledStream()
    server.use(http.get(url('/billings/csv/progress'), stream.resolver))
    db.uploads = [makeUpload({ name: 'antes.csv' })]
    const { user } = openPage()
    await screen.findByText('antes.csv')
    const freshness = screen.getByTestId('freshness')
    await waitFor(() => expect(freshness).toHaveAttribute('data-freshness', 'live'))
    server.use(http.get(UPLOADS, () => problem(500, 'ERROR', 'Boom.'), { once: true }))
    await user.click(screen.getByTestId('refresh-uploads'))
    const alert = await screen.findByRole('alert')
    expect(alert).toHaveTextContent('Abaixo estão os últimos dados recebidos')
    expect(screen.getByText('antes.csv')).toBeVisible()
    expect(freshness).toHaveAttribute('data-freshness', 'polling')
    await user.click(within(alert).getByRole('button', { name: 'Tentar de novo' }))
    await waitFor(() => expect(freshness).toHaveAttribute('data-freshness', 'live'))
  })

  test('what the stream tells reaches the page of the upload too', async () => {
    const stream = controlledStream()
    server.use(http.get(url('/billings/csv/progress'), stream.resolver))
    const upload = makeUpload({ id: 'upload-1', status: 'PROCESSING', progress: 0.1 })
    db.uploads = [upload]
    openPage('/envios/upload-1')
    const bar = await screen.findByRole('progressbar')
    stream.tell('uploads', { records: [{ ...upload, progress: 0.6 }] })
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '60'))
  })

  test('pausing a file reads again what it changes, and nothing else', async () => {
    db.uploads = [makeUpload({ id: 'upload-1', status: 'PROCESSING' })]
    const about = vi.fn(() => HttpResponse.json(db.about))
    server.use(http.get(url('/about'), about))
    const { user } = openPage('/envios/upload-1')
    await user.click(await screen.findByRole('button', { name: 'Pausar' }))
    expect(await screen.findByText('Pausado')).toBeVisible()
    expect(about).toHaveBeenCalledOnce()
  })
})
