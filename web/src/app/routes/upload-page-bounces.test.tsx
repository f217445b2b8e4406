import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'

import { db, makeBilling, makeBounce, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

const ADDRESS = '/envios/upload-1'
const BOUNCES = url('/mail/bounces')

beforeEach(() => {
  db.uploads = [makeUpload({ id: 'upload-1', name: 'novembro.csv', mail: 'smtp' })]
})

test('returned e-mails are listed with when, why, and whether they are still written to', async () => {
  db.bounces = [
    makeBounce({ name: 'Íris Conceição', email: 'iris@exemplo.com.br', code: 'CTR-2026/7' }),
    makeBounce({ status: null, detail: 'Mailbox full', suppressed: false }),
  ]
  openPage(ADDRESS)
  const section = await screen.findByRole('region', { name: 'E-mails devolvidos' })
  expect(within(section).getByRole('heading', { name: 'E-mails devolvidos' })).toBeVisible()
  const [first, second] = within(section).getAllByTestId('bounce-row')
  for (const words of ['Íris Conceição', 'iris@exemplo.com.br', 'CTR-2026/7', '24/11/2026']) {
    expect(first).toHaveTextContent(words)
  }
  expect(first).toHaveTextContent('5.1.1 550 5.1.1 no such user')
  expect(within(first ?? section).getByTestId('bounce-address')).toHaveTextContent(/^Bloqueado$/)
  expect(second).toHaveTextContent('Mailbox full')
  expect(second).toHaveTextContent('Não bloqueado')
  expect(screen.queryByTestId('bounces-more')).toBeNull()
})

test('a returned e-mail leads to its billing', async () => {
  db.bounces = [makeBounce({ name: 'Ana', debt_id: 'debt-a' })]
  db.billings = [makeBilling({ name: 'Ana', debt_id: 'debt-a' })]
  const { user, router } = openPage(`${ADDRESS}?status=SENT`)
  await user.click(await screen.findByTestId('open-bounced'))
  expect(await screen.findByTestId('billing-detail')).toHaveTextContent('Ana')
  expect(router.state.location.search).toBe('?status=SENT&billing=debt-a')
})

test('more of them are loaded below the first', async () => {
  db.bounces = Array.from({ length: 45 }, () => makeBounce())
  const { user } = openPage(ADDRESS)
  for (const shown of [20, 40]) {
    await waitFor(() => expect(screen.getAllByTestId('bounce-row')).toHaveLength(shown))
    await user.click(screen.getByRole('button', { name: 'Carregar mais' }))
  }
  await waitFor(() => expect(screen.getAllByTestId('bounce-row')).toHaveLength(45))
  expect(screen.queryByTestId('bounces-more')).toBeNull()
})

test('when more of them fail to load, the first stay and it can be tried again', async () => {
  db.bounces = Array.from({ length: 25 }, () => makeBounce())
  const { user } = openPage(ADDRESS)
  await screen.findAllByTestId('bounce-row')
  server.use(http.get(BOUNCES, () => problem(500, 'INTERNAL', 'Boom.'), { once: true }))
  await user.click(screen.getByTestId('bounces-more'))
  const alert = await screen.findByRole('alert')
  expect(alert).toHaveTextContent('O servidor falhou')
  expect(screen.getAllByTestId('bounce-row')).toHaveLength(20)
  await user.click(within(alert).getByRole('button', { name: 'Tentar de novo' }))
  await waitFor(() => expect(screen.getAllByTestId('bounce-row')).toHaveLength(25))
})

test('an upload without returned e-mails has no such section', async () => {
  const asked = vi.fn(() => HttpResponse.json({ records: [], next: null }))
  server.use(http.get(BOUNCES, asked))
  openPage(ADDRESS)
  await screen.findByText('Nenhuma cobrança neste envio')
  await waitFor(() => expect(asked).toHaveBeenCalledOnce())
  expect(screen.queryByText('E-mails devolvidos')).toBeNull()
})

test('an upload whose e-mails left to no server is not asked about', async () => {
  const asked = vi.fn(() => HttpResponse.json({ records: [], next: null }))
  server.use(http.get(BOUNCES, asked))
  db.uploads = [makeUpload({ id: 'upload-1', mail: 'outbox' })]
  openPage(ADDRESS)
  await screen.findByText('Nenhuma cobrança neste envio')
  expect(asked).not.toHaveBeenCalled()
})

test('a failing list says so, beside the billings, and can be tried again', async () => {
  server.use(http.get(BOUNCES, () => problem(500, 'INTERNAL', 'Boom.'), { once: true }))
  db.bounces = [makeBounce()]
  db.billings = [makeBilling()]
  const { user } = openPage(ADDRESS)
  const section = await screen.findByTestId('bounces')
  expect(within(section).getByRole('alert')).toHaveTextContent('O servidor falhou')
  expect(await screen.findByTestId('billing-row')).toBeVisible()
  await user.click(within(section).getByRole('button', { name: 'Tentar de novo' }))
  expect(await screen.findByTestId('bounce-row')).toBeVisible()
})

test('they go to a spreadsheet under the upload’s name', async () => {
  const asked: string[] = []
  server.use(
    http.get(url('/mail/bounces.csv'), ({ request }) => {
      asked.push(new URL(request.url).search)
      return new HttpResponse('name', { headers: { 'Content-Type': 'text/csv' } })
    }),
  )
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined)
  db.bounces = [makeBounce()]
  const { user } = openPage(ADDRESS)
  await user.click(await screen.findByTestId('bounces-download'))
  await waitFor(() => expect(click).toHaveBeenCalledOnce())
  expect(click.mock.contexts[0]).toHaveProperty('download', 'novembro-bounces.csv')
  await user.click(screen.getByTestId('language-en'))
  await user.click(screen.getByTestId('bounces-download'))
  await waitFor(() => expect(click).toHaveBeenCalledTimes(2))
  // Semicolons for a spreadsheet in Portuguese, commas for one in English.
  expect(asked).toEqual(['%3B', '%2C'].map((mark) => `?upload_id=upload-1&delimiter=${mark}`))
})

test('the section speaks English', async () => {
  db.bounces = [makeBounce()]
  const { user } = openPage(ADDRESS)
  await screen.findByTestId('bounces')
  await user.click(screen.getByTestId('language-en'))
  expect(await screen.findByRole('heading', { name: 'Returned e-mails' })).toBeVisible()
})
