import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { delay, http, HttpResponse } from 'msw'
import { describe, expect, test, vi } from 'vitest'

import { makeCheck } from '@/testing/checks'
import { db, makeBilling, makeUpload } from '@/testing/db'
import { makeGate } from '@/testing/gate'
import { csvFile, openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

const HEADER = 'name,governmentId,email,debtAmount,debtDueDate,debtId\n'
const ROW = 'Ana,1234,ana@exemplo.com.br,100,2026-12-01,aaaa\n'
const CHECKS = url('/uploads/checks')

/** Every call that changes something, as `POST /path`. */
function listenForChanges() {
  const changes: string[] = []
  server.events.on('request:start', ({ request }) => {
    if (request.method !== 'GET') changes.push(`${request.method} ${new URL(request.url).pathname}`)
  })
  return changes
}

function drop(target: Element | Window, ...files: File[]) {
  fireEvent.drop(target, { dataTransfer: { files, types: ['Files'] } })
}

describe('choosing and sending a file', () => {
  test('shows name, size, lines and first rows before anything is billed', async () => {
    const changes = listenForChanges()
    db.check = makeCheck({ records: 2, name: 'novo.csv' })
    const { user, router } = openPage()
    expect(await screen.findByTestId('mail-mode')).toHaveAttribute('data-mail', 'outbox')
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW + ROW))
    await screen.findByTestId('check')
    expect(screen.getByRole('heading', { name: 'Conferir novo.csv' })).toBeVisible()
    expect(screen.getByTestId('check-records')).toHaveTextContent('2 linhas')
    const first = screen.getByTestId('first-rows')
    expect(within(first).getByRole('columnheader', { name: 'Valor' })).toBeVisible()
    expect(within(first).getByText('ana@exemplo.com.br')).toBeVisible()
    expect(within(first).getByText('R$ 1.234,50')).toBeVisible()
    expect(screen.getByTestId('check-mails')).toHaveTextContent('caixa de saída de teste')
    expect(router.state.location.pathname).toBe('/envios/check-1/conferir')
    expect(changes).toEqual(['POST /uploads/checks'])
  })

  test.each([
    ['the list', '/envios', 'upload-row'],
    ['a file', '/envios/upload-1', 'upload-summary'],
    ['a billing', '/envios/upload-1?billing=debt-a', 'billing-detail'],
    ['nowhere', '/nowhere', 'about'],
  ])('a file let fall on the page of %s opens Conferir', async (_case, address, there) => {
    db.uploads = [makeUpload({ id: 'upload-1' })]
    db.billings = [makeBilling({ debt_id: 'debt-a' })]
    db.check = makeCheck()
    const { router } = openPage(address)
    await screen.findByTestId(there)
    drop(window, csvFile(HEADER + ROW))
    expect(await screen.findByTestId('check')).toBeVisible()
    expect(router.state.location.pathname).toBe('/envios/check-1/conferir')
  })

  test('says that a file can be let fall, and takes it back when it leaves the window', async () => {
    openPage()
    fireEvent.dragOver(window, { dataTransfer: { types: ['text/plain'] } })
    expect(screen.queryByTestId('drop-layer')).toBeNull()
    fireEvent.dragOver(window, { dataTransfer: { types: ['Files'] } })
    expect(await screen.findByTestId('drop-layer')).toHaveTextContent('Solte o arquivo')
    fireEvent.dragLeave(window, { relatedTarget: null })
    await waitFor(() => expect(screen.queryByTestId('drop-layer')).toBeNull())
  })

  test('is a button of every page too', async () => {
    db.uploads = [makeUpload({ id: 'upload-1' })]
    db.check = makeCheck()
    const { user } = openPage('/envios/upload-1')
    const input = await screen.findByTestId('send-file-input')
    const click = vi.spyOn(input as HTMLInputElement, 'click')
    await user.click(screen.getByRole('button', { name: 'Enviar arquivo' }))
    expect(click).toHaveBeenCalledOnce()
    await user.upload(input, csvFile(HEADER + ROW))
    expect(await screen.findByTestId('check')).toBeVisible()
  })

  test('takes a dropped file, but not several at once', async () => {
    const changes = listenForChanges()
    db.check = makeCheck({ name: 'dois.csv' })
    openPage()
    const [one, two] = [csvFile(HEADER, 'um.csv'), csvFile(HEADER, 'dois.csv')]
    drop(screen.getByTestId('file-drop'), one, two)
    expect(await screen.findByRole('alert')).toHaveTextContent('um arquivo por vez')
    expect(changes).toEqual([])
    drop(screen.getByTestId('file-drop'), two)
    await screen.findByTestId('check')
    expect(screen.getByRole('heading', { name: 'Conferir dois.csv' })).toBeVisible()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  test('never loses the focus between choosing and discarding', async () => {
    db.check = makeCheck()
    const { user, router } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    await screen.findByTestId('check')
    const main = screen.getByRole('main')
    expect(main).toHaveFocus()
    await user.click(screen.getByTestId('check-discard'))
    await screen.findByTestId('file-drop')
    expect(router.state.location.pathname).toBe('/envios')
    await waitFor(() => expect(main).toHaveFocus())
    expect(db.checks).toEqual([])
  })

  test('keeps the file after a refusal and says what to do', async () => {
    server.use(
      http.post(CHECKS, () => problem(422, 'NO_ROWS', 'Só há o cabeçalho.'), { once: true }),
    )
    db.check = makeCheck()
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile('a,b\n'))
    const alert = await screen.findByTestId('upload-problem')
    expect(alert).toHaveTextContent('O arquivo só tem o cabeçalho')
    expect(alert).toHaveAttribute('data-code', 'NO_ROWS')
    expect(screen.getByTestId('file-name')).toHaveTextContent('novo.csv')
    expect(screen.getByRole('button', { name: 'Escolher outro arquivo' })).toBeVisible()
    await user.click(screen.getByTestId('resend-file'))
    expect(await screen.findByTestId('check')).toBeVisible()
  })

  test('says so when the connection breaks, and sends again', async () => {
    server.use(http.post(CHECKS, () => HttpResponse.error(), { once: true }))
    db.check = makeCheck()
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    const alert = await screen.findByTestId('upload-problem')
    expect(['NETWORK', 'INTERRUPTED']).toContain(alert.dataset.code)
    await user.click(screen.getByTestId('resend-file'))
    expect(await screen.findByTestId('check')).toBeVisible()
  })

  test('says of a file that cannot be read any more that it is to be chosen again', async () => {
    server.use(http.post(CHECKS, () => HttpResponse.error()))
    const file = csvFile(HEADER + ROW)
    file.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) as unknown as Blob
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), file)
    expect(await screen.findByText('O navegador não conseguiu ler o arquivo')).toBeVisible()
  })

  test('shows that the file is on its way until the answer comes, here and elsewhere', async () => {
    const gate = makeGate()
    server.use(
      http.post(CHECKS, async () => {
        await gate.opened
        return HttpResponse.json(makeCheck(), { status: 201 })
      }),
    )
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    expect(await screen.findByTestId('send-progress')).toBeVisible()
    expect(screen.getByTestId('file-size')).toHaveTextContent('102 B')
    await user.click(screen.getByRole('link', { name: /Voltar|Envios/, current: false }))
    const strip = await screen.findByTestId('send-strip')
    expect(strip).toHaveTextContent('novo.csv')
    // One that is on its way is not given up for another.
    drop(window, csvFile(HEADER, 'outro.csv'))
    expect(await screen.findByRole('alert')).toHaveTextContent('outro arquivo ainda está sendo enviado')
    gate.open()
    await waitFor(() => expect(strip).toHaveTextContent('está conferido'))
    await user.click(within(strip).getByRole('link', { name: 'Conferir' }))
    expect(await screen.findByTestId('check')).toBeVisible()
    await user.click(within(screen.getByRole('navigation')).getByRole('link', { name: 'Envios' }))
    await screen.findByTestId('file-drop')
    expect(screen.queryByTestId('send-strip')).toBeNull()
  })

  test('can be called off, and taken up again', async () => {
    server.use(http.post(CHECKS, async () => delay('infinite'), { once: true }))
    db.check = makeCheck()
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    const cancel = await screen.findByTestId('cancel-upload')
    await user.click(cancel)
    expect(await screen.findByText(/Envio cancelado/)).toBeVisible()
    await user.click(screen.getByTestId('resend-file'))
    expect(await screen.findByTestId('check')).toBeVisible()
  })

  test.each([
    ['an empty file', '', 'O arquivo está vazio'],
    ['a file over the limit', 'x'.repeat(1_000_001), 'passa do limite'],
  ])('does not send %s', async (_case, content, words) => {
    const changes = listenForChanges()
    const { user } = openPage()
    await screen.findByTestId('about')
    await user.upload(screen.getByTestId('file-input'), csvFile(content))
    expect(await screen.findByRole('alert')).toHaveTextContent(words)
    expect(screen.queryByTestId('resend-file')).toBeNull()
    expect(changes).toEqual([])
  })

  test('the address of a file on its way leads to the list when there is none', async () => {
    const { router } = openPage('/envios/novo/conferir')
    await waitFor(() => expect(router.state.location.pathname).toBe('/envios'))
  })
})

describe('files that were checked and not billed', () => {
  test('are found on the page of uploads, with their sums, and open where they were left', async () => {
    db.checks = [
      makeCheck({ id: 'check-a', name: 'dezembro.csv' }),
      makeCheck({ id: 'check-b', refusal: { code: 'MISSING_COLUMNS', detail: '' }, name: 'torto.csv' }),
      makeCheck({ id: 'check-c', started_upload_id: 'upload-1', name: 'pronto.csv' }),
    ]
    const { user, router } = openPage()
    const [first = document.body, second, ...others] = await screen.findAllByTestId('waiting-check')
    expect(others).toEqual([])
    expect(first).toHaveTextContent('9.880 boletos · R$ 1.234.567,89')
    expect(second).toHaveTextContent('Falta dizer as colunas')
    await user.click(within(first).getByRole('link', { name: 'dezembro.csv' }))
    expect(await screen.findByTestId('check')).toBeVisible()
    expect(router.state.location.pathname).toBe('/envios/check-a/conferir')
  })

  test('do not hold up the list of uploads when they cannot be read', async () => {
    server.use(http.get(CHECKS, () => problem(500, 'ERROR', 'Boom.')))
    db.uploads = [makeUpload({ name: 'antes.csv' })]
    openPage()
    expect(await screen.findByText('antes.csv')).toBeVisible()
    expect(screen.queryByTestId('waiting-checks')).toBeNull()
  })
})
