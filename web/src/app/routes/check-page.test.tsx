import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'

import type { CheckChange, UploadCheck } from '@/lib/schemas'
import { makeCheck, makeProblem } from '@/testing/checks'
import { db, makeAnswer, makeUpload } from '@/testing/db'
import { makeGate } from '@/testing/gate'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

const CHECK = url('/uploads/checks/:id')

/** What the API finds when it reads the file in another way; the changes that it was asked for. */
function answerChanges(read: (change: Partial<CheckChange>) => Partial<UploadCheck>) {
  const asked: Partial<CheckChange>[] = []
  server.use(
    http.patch(CHECK, async ({ request }) => {
      const change = (await request.json()) as Partial<CheckChange>
      asked.push(change)
      db.checks = db.checks.map((check) => ({ ...check, ...(change as Partial<UploadCheck>), ...read(change) }))
      return HttpResponse.json(db.checks[0])
    }),
  )
  return asked
}

async function openCheck(fields: Partial<UploadCheck> = {}) {
  db.checks = [makeCheck(fields)]
  const page = openPage('/envios/check-1/conferir')
  await screen.findByTestId('check')
  return page
}

const zerosLost = makeProblem({
  kind: 'warning', code: 'TAX_ID_ZEROS_LOST', column: 'governmentId', count: 412, repair: 'lost_zeros',
  examples: [{ line_number: 7, message: 'x', values: { governmentId: '1234567890' } }],
})

describe('what would be billed', () => {
  test('is told in boletos and money, and on the button', async () => {
    await openCheck()
    expect(screen.getByTestId('check-accepted')).toHaveTextContent('9.880')
    expect(screen.getByTestId('check-amount')).toHaveTextContent('R$ 1.234.567,89')
    expect(screen.getByTestId('check-amounts')).toHaveTextContent('de R$ 50,00 a R$ 9.998,00')
    expect(screen.getByTestId('check-due')).toHaveTextContent('20/12/2026 a 31/03/2027')
    const out = screen.getByTestId('check-out')
    for (const words of [/^120/, '100 rejeitadas', '20 já cobradas', '3 delas com outro valor']) {
      expect(out).toHaveTextContent(words)
    }
    expect(screen.getByTestId('check-start').textContent).toBe('Emitir 9.880 boletos · R$\u00a01.234.567,89')
    expect(screen.getByText(/guardado até 2[45]\/11\/2026/)).toBeVisible()
  })

  test('says one boleto where there is one', async () => {
    await openCheck({ accepted: 1, rejected: 1, duplicates: 1, conflicts: 0, amount_cents: 100, records: 1 })
    expect(screen.getByTestId('check-start').textContent).toBe('Emitir 1 boleto · R$\u00a01,00')
    expect(screen.getByTestId('check-out')).toHaveTextContent('1 rejeitada')
    expect(screen.getByTestId('check-records')).toHaveTextContent('de 1 linha no arquivo')
  })

  test('a start bills by one click and goes to the upload', async () => {
    db.answer = makeAnswer({ upload_id: 'upload-new' })
    const { user, router } = await openCheck()
    db.uploads = [makeUpload({ id: 'upload-new', name: 'novo.csv' })]
    await user.click(screen.getByTestId('check-start'))
    expect(await screen.findByTestId('upload-summary')).toBeVisible()
    expect(router.state.location.pathname).toBe('/envios/upload-new')
  })

  test('real mails are said to be real, and asked about once more', async () => {
    db.answer = makeAnswer({ upload_id: 'upload-new' })
    db.uploads = [makeUpload({ id: 'upload-new' })]
    let starts = 0
    server.events.on('request:start', ({ request }) => {
      if (request.url.endsWith('/start')) starts += 1
    })
    const { user, router } = await openCheck({ mail: 'smtp' })
    expect(screen.getByTestId('check-mails')).toHaveTextContent('E-mails de verdade: 9.880 pagadores recebem')
    await user.click(screen.getByTestId('check-start'))
    const dialog = await screen.findByRole('dialog', { name: 'Emitir e enviar 9.880 boletos?' })
    expect(dialog).toHaveTextContent('R$ 1.234.567,89')
    expect(starts).toBe(0)
    await user.click(within(dialog).getByTestId('confirm-cancel'))
    await waitFor(() => expect(dialog).not.toBeInTheDocument())
    await user.click(screen.getByTestId('check-start'))
    await user.click(await screen.findByTestId('confirm-accept'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/envios/upload-new'))
    expect(starts).toBe(1)
  })

  test('a start that fails says why and stays to be tried again', async () => {
    server.use(
      http.post(url('/uploads/checks/:id/start'), () => problem(507, 'STORAGE_FULL', 'x'), { once: true }),
    )
    db.answer = makeAnswer({ upload_id: 'upload-new' })
    db.uploads = [makeUpload({ id: 'upload-new' })]
    const { user } = await openCheck()
    await user.click(screen.getByTestId('check-start'))
    expect(await screen.findByTestId('start-problem')).toHaveTextContent('Falta espaço no servidor')
    await user.click(screen.getByTestId('check-start'))
    expect(await screen.findByTestId('upload-summary')).toBeVisible()
  })
})

describe('what was found', () => {
  test('nothing is said to be nothing', async () => {
    await openCheck({ rejected: 0, duplicates: 0 })
    expect(screen.getByTestId('findings')).toHaveTextContent('Nada a corrigir')
  })

  test('is a line a kind with its words, its first line and the rest behind a click', async () => {
    const examples = [5, 6, 7].map((line_number) => ({
      line_number, message: 'Valor: outra coisa', values: { debtAmount: `x${line_number}` },
    }))
    const { user } = await openCheck({
      problems: [
        makeProblem({ examples }),
        makeProblem({ kind: 'duplicate', code: 'CONFLICT', column: 'debtId', count: 3, examples: [] }),
        makeProblem({ kind: 'warning', code: 'ENCODING_MIXED', column: '', count: 1, examples: [] }),
      ],
    })
    const [rejected = document.body, conflict, mixed = document.body] = screen.getAllByTestId('finding')
    expect(rejected).toHaveTextContent('11 linhas: Valor inválido')
    expect(rejected).toHaveTextContent('Valor: não é um valor; escreva como 1.234,56.')
    expect(within(rejected).getByText('x7')).not.toBeVisible()
    await user.click(screen.getByText('Ver 3 exemplos'))
    expect(within(rejected).getByText('x7')).toBeVisible()
    expect(conflict).toHaveTextContent('3 linhas: Já cobradas com outro valor ou vencimento')
    expect(conflict).toHaveTextContent('Vale o que já foi cobrado. Para mudar, cancele a cobrança')
    expect(mixed).toHaveTextContent('1 linha: ')
    expect(screen.getByRole('region', { name: 'Serão emitidas, mas confira' })).toContainElement(mixed)
    expect(within(screen.getByTestId('findings')).queryByRole('button')).toBeNull()
  })

  test('zeros are put back by one click, counted anew, and taken away again', async () => {
    const asked = answerChanges((change) =>
      change.repairs?.lost_zeros === true
        ? { accepted: 9_999, problems: [{ ...zerosLost, code: 'TAX_ID_ZEROS_RESTORED', repair: null }] }
        : { accepted: 9_880, problems: [zerosLost] },
    )
    const { user } = await openCheck({ problems: [zerosLost] })
    expect(screen.getByTestId('finding')).toHaveTextContent('linha 7: 1234567890')
    await user.click(screen.getByRole('button', { name: 'Completar com zeros' }))
    await waitFor(() => expect(screen.getByTestId('check-start')).toHaveTextContent('Emitir 9.999 boletos'))
    expect(screen.getByTestId('finding')).toHaveAttribute('data-code', 'TAX_ID_ZEROS_RESTORED')
    await user.click(screen.getByRole('button', { name: 'Desfazer' }))
    await waitFor(() => expect(screen.getByTestId('check-start')).toHaveTextContent('Emitir 9.880 boletos'))
    const given = { thousands: false, past_due_dates: null }
    expect(asked).toEqual([
      { repairs: { ...given, lost_zeros: true } },
      { repairs: { ...given, lost_zeros: false } },
    ])
  })

  test('thousands are asked about in the sign of the file', async () => {
    const ambiguous = makeProblem({ code: 'AMOUNT_AMBIGUOUS', repair: 'thousands' })
    const asked = answerChanges(() => ({ problems: [] }))
    const { user } = await openCheck({ problems: [ambiguous] })
    expect(screen.getByTestId('finding')).toHaveTextContent('“1.234” pode ser milhar')
    await user.click(screen.getByRole('button', { name: 'São milhares' }))
    await waitFor(() => expect(asked[0]?.repairs?.thousands).toBe(true))
    // Nothing tells of it any more, and it can be taken back all the same.
    expect(await screen.findByTestId('repair-thousands-undo')).toBeVisible()
  })

  test('due dates that have passed are left out or not, and which of both holds is told', async () => {
    const past = makeProblem({ kind: 'warning', code: 'DUE_DATE_PAST', repair: 'past_due_dates' })
    const asked = answerChanges(() => ({ problems: [{ ...past, kind: 'rejected' }] }))
    const { user } = await openCheck({ problems: [past] })
    expect(screen.getByRole('button', { name: 'Emitir assim mesmo', pressed: true })).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Deixar de fora', pressed: false }))
    expect(await screen.findByRole('button', { name: 'Deixar de fora', pressed: true })).toBeVisible()
    expect(asked[0]?.repairs?.past_due_dates).toBe('reject')
  })

  test('nothing can be billed while the file is read again', async () => {
    const gate = makeGate()
    server.use(
      http.patch(CHECK, async () => {
        await gate.opened
        return HttpResponse.json(makeCheck())
      }),
    )
    const { user } = await openCheck({ problems: [zerosLost] })
    await user.click(screen.getByRole('button', { name: 'Completar com zeros' }))
    await waitFor(() => expect(screen.getByTestId('check-start')).toBeDisabled())
    expect(screen.getByTestId('check-mails')).toHaveTextContent('Lendo o arquivo de novo')
    expect(screen.getByTestId('check-summary')).toHaveAttribute('aria-busy', 'true')
    gate.open()
    await waitFor(() => expect(screen.getByTestId('check-start')).toBeEnabled())
  })

  test('a change that fails leaves all as it was, and says why', async () => {
    server.use(http.patch(CHECK, () => HttpResponse.error()))
    const { user } = await openCheck({ problems: [zerosLost] })
    await user.click(screen.getByRole('button', { name: 'Completar com zeros' }))
    expect(await screen.findByTestId('change-problem')).toHaveTextContent('Sem contato com o servidor')
    expect(screen.getByTestId('check-start')).toBeEnabled()
  })
})

describe('how the file was read', () => {
  test('is told: format, delimiter, cents, dates, and what is not read', async () => {
    await openCheck()
    const read = screen.getByTestId('read-as')
    for (const words of ['Windows-1252', 'ponto e vírgula', 'depois de vírgula', 'dia antes do mês', 'Telefone']) {
      expect(read).toHaveTextContent(words)
    }
    expect(screen.getByRole('combobox', { name: 'Coluna do arquivo para Código da dívida' })).toHaveDisplayValue('Contrato')
  })

  test('a column is chosen, marked as chosen, and the choice forgotten', async () => {
    const asked = answerChanges(() => ({}))
    const { user } = await openCheck()
    await user.selectOptions(screen.getByTestId('column-debtId'), 'Telefone')
    expect(await screen.findByText('escolhida por você')).toBeVisible()
    await user.click(screen.getByTestId('forget-columns'))
    await waitFor(() => expect(asked).toEqual([{ columns: { debtId: 6 } }, { columns: {} }]))
    expect(screen.queryByText('escolhida por você')).toBeNull()
  })

  test('another sheet of a workbook is chosen', async () => {
    const read_as = { ...makeCheck().read_as, encoding: 'xlsx', sheet: 'Março', sheets: ['Março', 'Abril'] }
    const asked = answerChanges(() => ({ read_as: { ...read_as, sheet: 'Abril' } }))
    const { user } = await openCheck({ read_as })
    expect(screen.getByTestId('read-as')).not.toHaveTextContent('Separador')
    await user.selectOptions(screen.getByLabelText('Aba da planilha'), 'Abril')
    await waitFor(() => expect(screen.getByTestId('check-sheet')).toHaveValue('Abril'))
    expect(asked).toEqual([{ sheet: 'Abril' }])
  })

  test('a header that lacks a column is mended by telling it', async () => {
    const whole = makeCheck()
    const read_as = { ...whole.read_as, columns: whole.read_as.columns.slice(0, 5) }
    const asked = answerChanges(() => ({ refusal: null, read_as: whole.read_as }))
    const { user } = await openCheck({
      refusal: { code: 'MISSING_COLUMNS', detail: 'Faltam colunas no cabeçalho: debtId.' },
      accepted: 0, records: 0, rejected: 0, duplicates: 0, amount_cents: 0, first_rows: [], read_as,
    })
    const alert = screen.getByTestId('check-refusal')
    expect(alert).toHaveTextContent('Faltam colunas no cabeçalho: debtId.')
    expect(screen.queryByTestId('check-start')).toBeNull()
    expect(screen.queryByTestId('check-summary')).toBeNull()
    expect(screen.getByTestId('column-debtId')).toHaveDisplayValue('Escolha a coluna…')
    expect(screen.getByTestId('column-email')).toHaveDisplayValue('E-mail')
    await user.selectOptions(screen.getByTestId('column-debtId'), 'Contrato')
    await waitFor(() => expect(screen.queryByTestId('check-refusal')).toBeNull())
    expect(screen.getByTestId('check-summary')).toBeVisible()
    expect(asked).toEqual([{ columns: { debtId: 5 } }])
  })
})

describe('a check that cannot be started', () => {
  test.each([
    ['was started', { started_upload_id: 'upload-9' }, 'check-is-started'],
    ['is a file that was sent before', { repeated_upload_id: 'upload-9' }, 'check-is-repeated'],
  ])('since it %s leads to its upload', async (_case, fields, notice) => {
    const { user, router } = await openCheck(fields)
    expect(screen.queryByTestId('check-start')).toBeNull()
    await user.click(within(screen.getByTestId(notice)).getByRole('link', { name: 'Abrir o envio' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/envios/upload-9'))
  })

  test.each([
    ['all of it is billed already', { accepted: 0, rejected: 0, duplicates: 50 }, 'já foram cobradas'],
    ['no row can be billed', { accepted: 0, rejected: 50, duplicates: 0 }, 'Nenhuma linha pode ser cobrada'],
  ])('since %s says what to do', async (_case, fields, words) => {
    await openCheck(fields)
    expect(screen.getByTestId('check-is-nothing')).toHaveTextContent(words)
    expect(screen.queryByTestId('check-start')).toBeNull()
  })

  test('since it has had its day says so, and takes the file again', async () => {
    const { user } = openPage('/envios/check-1/conferir')
    expect(await screen.findByText('Esta conferência não existe mais')).toBeVisible()
    db.check = makeCheck({ id: 'check-2' })
    await user.upload(screen.getByTestId('file-input'), new File(['a'], 'a.csv', { type: 'text/csv' }))
    expect(await screen.findByTestId('check')).toHaveAttribute('data-check-id', 'check-2')
  })

  test('since it has gone meanwhile says so at the next click', async () => {
    const { user } = await openCheck({ problems: [zerosLost] })
    db.checks = []
    server.use(http.patch(CHECK, () => problem(404, 'NOT_FOUND', 'x')))
    await user.click(screen.getByRole('button', { name: 'Completar com zeros' }))
    expect(await screen.findByText('Esta conferência não existe mais')).toBeVisible()
  })

  test('since somebody else has started it leads to the upload', async () => {
    server.use(http.post(url('/uploads/checks/:id/start'), () => problem(409, 'CHECK_STARTED', 'x')))
    const { user } = await openCheck()
    db.checks = [makeCheck({ started_upload_id: 'upload-9' })]
    await user.click(screen.getByTestId('check-start'))
    expect(await screen.findByTestId('check-is-started')).toBeVisible()
  })

  test('without contact says so, and is asked for again', async () => {
    server.use(http.get(CHECK, () => HttpResponse.error()))
    db.checks = [makeCheck()]
    const { user } = openPage('/envios/check-1/conferir')
    const alert = await screen.findByRole('alert')
    expect(alert).toHaveTextContent('Sem contato com o servidor')
    server.resetHandlers()
    await user.click(within(alert).getByRole('button', { name: 'Tentar de novo' }))
    expect(await screen.findByTestId('check')).toBeVisible()
  })
})

test('the page speaks English', async () => {
  const { user } = await openCheck({ problems: [zerosLost] })
  await user.click(screen.getByTestId('language-en'))
  expect(await screen.findByRole('button', { name: 'Put zeros back' })).toBeVisible()
  expect(screen.getByTestId('check-start').textContent).toBe('Issue 9,880 bank slips · R$\u00a01,234,567.89')
})
