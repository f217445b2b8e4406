import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { delay, http, HttpResponse } from 'msw'
import { describe, expect, test, vi } from 'vitest'

import { db, makeAnswer, makeUpload } from '@/testing/db'
import { csvFile, openPage } from '@/testing/open-page'
import { controlledStream, problem, server, url } from '@/testing/server'

const HEADER = 'name,governmentId,email,debtAmount,debtDueDate,debtId\n'
const ROW = 'Ana,1234,ana@exemplo.com.br,100,2026-12-01,aaaa\n'

describe('the list of submitted files', () => {
  test('loads on opening and shows status and counts in Brazilian numbers', async () => {
    db.uploads = [makeUpload({ name: 'novembro.csv', records: 1_100_000, accepted: 1_099_990 })]
    openPage()
    expect(screen.getByTestId('loading')).toBeVisible()
    const row = await screen.findByTestId('upload-row')
    expect(within(row).getByText('novembro.csv')).toBeVisible()
    expect(within(row).getByTestId('upload-records')).toHaveTextContent('1.100.000')
    expect(within(row).getByTestId('upload-status')).toHaveTextContent('Concluído')
    expect(within(row).getByTestId('upload-status')).toHaveAttribute('data-status', 'SENT')
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
      return HttpResponse.json({ records: uploads.slice(0, 50), next: uploads[49]?.id })
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

describe('choosing and sending a file', () => {
  test('shows name, size, lines and first rows before anything is sent', async () => {
    const sent = vi.fn()
    server.events.on('request:start', ({ request }) => {
      if (request.method === 'POST') sent()
    })
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW + ROW))
    expect(await screen.findByTestId('file-name')).toHaveTextContent('novo.csv')
    await waitFor(() => expect(screen.getByTestId('file-lines')).toHaveAttribute('data-scan', 'done'))
    expect(screen.getByTestId('file-lines')).toHaveTextContent(/^3 /)
    expect(screen.getByTestId('file-size')).toHaveTextContent('150 B')
    expect(screen.getByTestId('mail-mode')).toHaveAttribute('data-mail', 'outbox')
    const preview = screen.getByTestId('file-preview')
    expect(within(preview).getByRole('columnheader', { name: 'debtAmount' })).toBeVisible()
    expect(within(preview).getAllByText('ana@exemplo.com.br')).toHaveLength(2)
    expect(sent).not.toHaveBeenCalled()
  })

  test('says of a workbook that the server reads it, and shows none of its bytes', async () => {
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile('PK\u0003\u0004zzz', 'março.xlsx'))
    expect(await screen.findByTestId('file-workbook')).toHaveTextContent(/quem a lê é o servidor.*Nada foi enviado/)
    expect(screen.getByTestId('file-name')).toHaveTextContent('março.xlsx')
    for (const unseen of ['file-preview', 'file-lines']) expect(screen.queryByTestId(unseen)).toBeNull()
    expect(screen.queryByText(/não termina em/)).toBeNull()
    expect(screen.getByTestId('submit-upload')).toBeEnabled()
  })

  test('takes a dropped file, but not several at once', async () => {
    openPage()
    const [one, two] = [csvFile(HEADER, 'um.csv'), csvFile(HEADER, 'dois.csv')]
    fireEvent.drop(screen.getByTestId('file-drop'), { dataTransfer: { files: [one, two] } })
    expect(await screen.findByRole('alert')).toHaveTextContent('um arquivo por vez')
    fireEvent.drop(screen.getByTestId('file-drop'), { dataTransfer: { files: [two] } })
    expect(await screen.findByTestId('file-name')).toHaveTextContent('dois.csv')
  })

  test('never loses the focus between choosing and discarding', async () => {
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    expect(await screen.findByRole('heading', { name: 'Arquivo escolhido' })).toHaveFocus()
    await user.click(screen.getByTestId('discard-file'))
    expect(await screen.findByTestId('choose-file')).toHaveFocus()
  })

  test('sends, shows the result, and reads the list again', async () => {
    db.answer = makeAnswer()
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    db.uploads = [makeUpload({ id: 'upload-new', name: 'novo.csv' })]
    await user.click(await screen.findByTestId('submit-upload'))
    const result = await screen.findByTestId('upload-result')
    expect(within(result).getByTestId('result-records')).toHaveTextContent('1.234')
    expect(within(result).getByTestId('result-accepted')).toHaveTextContent('1.200')
    expect(within(result).getByTestId('result-rejected')).toHaveTextContent('30')
    expect(within(result).getByTestId('result-duplicates')).toHaveTextContent('4')
    expect(result).toHaveTextContent('1 linha já cobrada traz outro valor ou vencimento')
    expect(result).toHaveTextContent('1.200 CPF ou CNPJ inválido')
    expect(within(result).getByRole('heading', { name: 'Arquivo recebido' })).toHaveFocus()
    expect(await screen.findByTestId('upload-row')).toHaveTextContent('novo.csv')
  })

  test('says when the same file had been uploaded before', async () => {
    db.answer = makeAnswer({ repeated: true })
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    await user.click(await screen.findByTestId('submit-upload'))
    expect(await screen.findByText('Este arquivo já tinha sido enviado')).toBeVisible()
  })

  test('keeps the file after a refusal and says what to do', async () => {
    server.use(
      http.post(url('/billings/csv/upload'), () =>
        problem(422, 'MISSING_COLUMNS', 'Columns missing: debtId.'),
      ),
    )
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile('a,b\n1,2\n'))
    await user.click(await screen.findByTestId('submit-upload'))
    const alert = await screen.findByTestId('upload-problem')
    expect(alert).toHaveTextContent('Faltam colunas')
    expect(alert).toHaveTextContent('Columns missing: debtId.')
    expect(screen.getByTestId('submit-upload')).toBeEnabled()
  })

  test('says so when the connection breaks', async () => {
    server.use(http.post(url('/billings/csv/upload'), () => HttpResponse.error()))
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    await user.click(await screen.findByTestId('submit-upload'))
    const alert = await screen.findByTestId('upload-problem')
    expect(['NETWORK', 'INTERRUPTED']).toContain(alert.dataset.code)
  })

  test('shows that the file is on its way until the answer comes', async () => {
    db.answer = makeAnswer()
    server.use(
      http.post(url('/billings/csv/upload'), async () => {
        await delay(150)
        return HttpResponse.json(db.answer)
      }),
    )
    const { user } = openPage()
    await user.upload(screen.getByTestId('file-input'), csvFile(HEADER + ROW))
    await user.click(await screen.findByTestId('submit-upload'))
    expect(await screen.findByTestId('send-progress')).toBeVisible()
    expect(screen.queryByTestId('submit-upload')).not.toBeInTheDocument()
    expect(await screen.findByTestId('upload-result')).toBeVisible()
  })

  test.each([
    ['an empty file', '', 'O arquivo está vazio'],
    ['a file over the limit', 'x'.repeat(1_000_001), 'passa do limite'],
  ])('does not send %s', async (_case, content, words) => {
    const { user } = openPage()
    await screen.findByTestId('about')
    await user.upload(screen.getByTestId('file-input'), csvFile(content))
    expect(await screen.findByRole('alert')).toHaveTextContent(words)
    expect(screen.getByTestId('submit-upload')).toBeDisabled()
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
