import { screen, waitFor, within } from '@testing-library/react'
import { http } from 'msw'
import { describe, expect, test } from 'vitest'

import { db, makeBilling, makeMail, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

describe('a file', () => {
  test.each([
    ['smtp', '1.490 de 1.490 enviadas'],
    ['outbox', '1.490 de 1.490 na caixa de saída local'],
    ['simulate', '1.490 de 1.490 simuladas'],
  ])('with mail=%s says: %s', async (mail, words) => {
    db.uploads = [makeUpload({ mail, accepted: 1_490 })]
    openPage()
    expect(await screen.findByText(words)).toBeVisible()
  })

  test.each([
    ['with rejects left', { rejected: 117 }, 'Concluído, 117 a corrigir', 'attention'],
    ['of which nothing came', { accepted: 0, rejected: 20, statuses: {} }, 'Nada emitido', 'attention'],
    ['all of it billed before', { accepted: 0, rejected: 0, duplicates: 50 }, 'Nada emitido', 'attention'],
    ['with a batch that gave up', { status: 'ATTENTION', statuses: { ISSUED: 9 } }, 'Parado', 'failed'],
    ['with mails undelivered', { status: 'ATTENTION', statuses: { FAILED: 9 } }, 'Requer atenção', 'attention'],
    ['without a fault', { rejected: 0 }, 'Concluído', 'done'],
  ] as const)('%s is told so', async (_case, fields, words, tone) => {
    db.uploads = [makeUpload(fields)]
    openPage()
    const status = await screen.findByTestId('upload-status')
    expect(status.textContent).toBe(words)
    expect(status).toHaveAttribute('data-tone', tone)
  })

  test('that was cancelled does not say that nothing was sent', async () => {
    db.uploads = [
      makeUpload({ status: 'REMOVED', accepted: 50, statuses: { SENT: 0, REMOVED: 50 } }),
      makeUpload({ accepted: 50, mail: 'smtp', statuses: { SENT: 49, REMOVED: 1 } }),
    ]
    openPage()
    const [whole, part] = await screen.findAllByTestId('upload-progress')
    expect(whole).toHaveTextContent(/^50 canceladas/)
    expect(part).toHaveTextContent('49 de 49 enviadas, 1 cancelada')
  })

  test('keeps the count of mails that had left before it was cancelled', async () => {
    const smtp = { accepted: 50, mailed: 50, mail: 'smtp' }
    db.uploads = [
      makeUpload({ ...smtp, status: 'REMOVED', statuses: { SENT: 0, REMOVED: 50 } }),
      makeUpload({ ...smtp, statuses: { SENT: 49, REMOVED: 1 } }),
    ]
    openPage()
    const [whole, part] = await screen.findAllByTestId('upload-progress')
    expect(whole).toHaveTextContent('50 de 50 enviadas, 50 canceladas')
    expect(part).toHaveTextContent('50 de 50 enviadas, 1 cancelada')
  })

  test.each([
    ['of a demonstration', true, 'Escola Exemplo', true],
    ['of another name than is paid now', false, 'Escola Antiga', true],
    ['of who is paid now', false, 'Escola Exemplo', false],
  ] as const)('%s says whose it is where that is worth a word', async (_case, demonstration, beneficiary, isTold) => {
    db.about = { ...db.about, demonstration }
    db.uploads = [makeUpload({ id: 'upload-1', beneficiary })]
    const { user } = openPage()
    const row = await screen.findByTestId('upload-row')
    await screen.findByTestId('about')
    expect(row.textContent.includes(beneficiary)).toBe(isTold)
    await user.click(within(row).getByTestId('upload-name'))
    const told = `${beneficiary} (11.222.333/0001-81)`
    expect((await screen.findByTestId('upload-summary')).textContent.includes(told)).toBe(isTold)
  })

  test('that has stopped is set going again by a button', async () => {
    db.uploads = [makeUpload({ id: 'upload-1', status: 'ATTENTION', statuses: { ISSUED: 9 } })]
    const { user } = openPage('/envios/upload-1')
    await user.click(await screen.findByRole('button', { name: 'Retomar o que parou' }))
    expect(await screen.findByText('Processando')).toBeVisible()
    expect(screen.queryByTestId('upload-retry')).toBeNull()
  })
})

describe('a billing', () => {
  const open = async (fields: Parameters<typeof makeBilling>[0], mail = 'smtp') => {
    db.uploads = [makeUpload({ id: 'upload-1', mail })]
    db.billings = [makeBilling({ debt_id: 'debt-a', ...fields })]
    openPage('/envios/upload-1?billing=debt-a')
    return screen.findByTestId('billing-detail')
  }

  test('whose mail failed has a boleto all the same, and says why it failed', async () => {
    const detail = await open({
      status: 'FAILED',
      history: [{ status: 'FAILED', at: '2026-11-24T12:01:00Z', detail: '550 5.1.1 unknown' }],
    })
    expect(within(detail).getAllByText('E-mail não entregue')[0]).toBeVisible()
    expect(within(detail).getByRole('button', { name: 'Copiar' })).toBeVisible()
    const reason = within(detail).getByText('O endereço não existe.')
    expect(reason.closest('details')).not.toHaveAttribute('open')
    expect(reason.closest('details')).toHaveTextContent('550 5.1.1 unknown')
  })

  test('that was cancelled cannot be copied, and says what may still happen', async () => {
    const detail = await open({ status: 'REMOVED', removedat: '2026-11-25T12:00:00Z' })
    const notice = within(detail).getByTestId('billing-cancelled')
    expect(notice).toHaveTextContent('não deve ser paga')
    expect(notice).toHaveTextContent('ainda consegue pagá-lo')
    expect(notice).toHaveTextContent('O e-mail saiu antes')
    expect(within(detail).queryByRole('button', { name: 'Copiar' })).toBeNull()
  })

  test.each([
    ['smtp', 'Enviada', 0],
    ['outbox', 'Na caixa de teste', 1],
    ['simulate', 'Simulada', 0],
  ])('with mail=%s is %s; a mail is offered where one is kept', async (mail, words, links) => {
    const detail = await open({ status: 'SENT' }, mail)
    expect(within(detail).getAllByText(words)[0]).toBeVisible()
    expect(screen.queryAllByRole('link', { name: 'Ver e-mail' })).toHaveLength(links)
  })
})

describe('the outbox', () => {
  const OUTBOX = /Ficam na caixa de saída local/

  test('says what became of the mails of the file shown, not of the next one', async () => {
    db.about.mail = 'smtp'
    db.uploads = [
      makeUpload({ id: 'upload-2', name: 'real.csv', mail: 'smtp' }),
      makeUpload({ id: 'upload-1', name: 'teste.csv', mail: 'outbox' }),
    ]
    const { user } = openPage('/caixa-de-saida')
    expect(await screen.findByText(OUTBOX)).toBeVisible()
    await user.selectOptions(screen.getByTestId('outbox-file'), 'upload-2')
    expect(await screen.findByText(/que um servidor SMTP aceitou/)).toBeVisible()
    expect(screen.queryByText(OUTBOX)).toBeNull()
  })

  test('says nothing while it is not known', async () => {
    server.use(http.get(url('/billings/csv/uploads'), () => problem(500, 'ERROR', 'Boom.')))
    openPage('/caixa-de-saida')
    expect(await screen.findByText('Nenhum e-mail ainda')).toBeVisible()
    expect(screen.queryByText(/internet|SMTP|simulad/)).toBeNull()
  })

  test.each(['f2167003-7703-4c8c-8969-a46f8a18425e', 'CTR-2026/00001'])('finds %s in any file', async (code) => {
    db.uploads = [makeUpload({ id: 'upload-2', name: 'novo.csv' }), makeUpload({ id: 'upload-1' })]
    db.billings = [makeBilling({ debt_id: 'debt-a', code, upload_id: 'upload-1' })]
    db.mails = [makeMail({ debt_id: 'debt-a', recipient: 'Ana' })]
    const { user } = openPage('/caixa-de-saida')
    await user.type(await screen.findByTestId('search-input'), `${code}{Enter}`)
    expect(await screen.findByTestId('mail-item')).toHaveTextContent('Ana')
    await user.clear(screen.getByTestId('search-input'))
    await user.type(screen.getByTestId('search-input'), '11144477735{Enter}')
    expect(await screen.findByText(/só em “novo.csv”/)).toBeVisible()
  })

  test('an opened mail that is not in the list is told, and can be brought there', async () => {
    db.mails = [...Array.from({ length: 50 }, () => makeMail()), makeMail({ debt_id: 'far' })]
    const { user, router } = openPage('/caixa-de-saida?mail=far')
    const notice = await screen.findByTestId('mail-not-listed')
    expect(notice).toHaveTextContent('não está nesta lista')
    await user.click(within(notice).getByRole('button'))
    await waitFor(() => expect(screen.queryByTestId('mail-not-listed')).toBeNull())
    expect(screen.getByTestId('mail-item')).toHaveAttribute('aria-current', 'true')
    expect(router.state.location.search).toBe('?mail=far')
  })

  test('a mail that is kept nowhere says so in Portuguese', async () => {
    server.use(http.get(url('/mailbox/:id'), () => problem(404, 'MAIL_NOT_FOUND', 'The outbox …')))
    openPage('/caixa-de-saida?mail=gone')
    const alert = await screen.findByRole('alert')
    expect(alert).toHaveTextContent('não está guardado aqui')
    expect(alert).not.toHaveTextContent('The outbox')
  })
})
