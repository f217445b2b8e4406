import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { db, makeBilling } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

const UNTIL = '2026-11-24T12:00:00Z'
const MAIL = {
  state: 'FAILED', reason: 'NO_ADDRESS', debt_id: 'debt-a', code: 'debt-a', upload_id: 'upload-1', name: 'Ana Silva',
  email: 'ana@@example.com', amount_cents: 12345, due_date: '2026-12-05', at: UNTIL, detail: '550 5.1.1', suppressed: true,
}
const TOTALS = [
  { state: 'FAILED', reason: 'NO_ADDRESS', mails: 182, amount_cents: 100 },
  { state: 'FAILED', reason: 'MAILBOX_FULL', mails: 107, amount_cents: 100 },
  { state: 'BOUNCED', reason: 'REFUSED', mails: 3, amount_cents: 100 },
]

/** Answer as an installation with mails that did not arrive; note what is asked for. */
function withFailures(): string[] {
  const asked: string[] = []
  server.use(
    http.get(url('/mail/undelivered/totals'), () => HttpResponse.json({ totals: TOTALS, more: false })),
    http.get(url('/mail/undelivered'), ({ request }) => {
      asked.push(`GET ${new URL(request.url).search}`)
      return HttpResponse.json({ records: [MAIL], next: null })
    }),
    http.post(url('/mail/resend'), ({ request }) => {
      const query = new URL(request.url).searchParams
      asked.push(`POST ${query.toString()}`)
      const isFreed = query.get('suppressed') === 'true'
      const [mails, suppressed] = isFreed ? [182, 0] : [180, 2]
      return HttpResponse.json({ mails, suppressed, amount_cents: 2_000_000, until: UNTIL, more: false })
    }),
  )
  return asked
}

test('the mails of a reason go again after their count and sum were told', async () => {
  const asked = withFailures()
  const { user } = openPage('/emails')
  expect(await screen.findByTestId('reason-all')).toHaveTextContent('Todos · 289')
  await user.click(screen.getByTestId('reason-NO_ADDRESS'))
  await waitFor(() => expect(asked.at(-1)).toContain('reason=NO_ADDRESS'))
  await user.click(screen.getByTestId('resend-all'))
  const sum = await screen.findByTestId('resend-sum')
  expect(sum).toHaveTextContent(/180 e-mails saem de novo, sobre cobranças de R\$\s20\.000,00.* 2 ficam de fora/)
  expect(asked.filter((call) => call.startsWith('POST'))).toEqual(['POST states=FAILED&why=NO_ADDRESS&dry_run=true'])
  await user.click(screen.getByTestId('resend-freed'))
  await waitFor(() => expect(screen.getByTestId('resend-sum')).toHaveTextContent('182 e-mails saem'))
  await user.click(screen.getByTestId('resend-all-accept'))
  expect(await screen.findByTestId('resent')).toHaveTextContent('182 e-mails postos para novo envio.')
  const until = encodeURIComponent(UNTIL)
  expect(asked).toContain(`POST states=FAILED&why=NO_ADDRESS&suppressed=true&until=${until}`)
})

test('each state has its tab, and the test outbox is the last', async () => {
  const asked = withFailures()
  const { user } = openPage('/emails')
  const tabs = await screen.findByTestId('email-tabs')
  await user.click(within(tabs).getByRole('link', { name: 'Devolvidas' }))
  expect(await screen.findByTestId('reason-REFUSED')).toHaveTextContent('Recusado · 3')
  await waitFor(() => expect(asked.at(-1)).toContain('state=BOUNCED'))
  await user.click(within(tabs).getByRole('link', { name: 'Caixa de saída de teste' }))
  expect(await screen.findByRole('heading', { name: 'Caixa de saída' })).toBeVisible()
})

test('a blocked address is released', async () => {
  let records = [{ id: 7, email: 'ana@example.com', createdat: UNTIL, reason: '550 5.1.1' }]
  server.use(
    http.get(url('/suppressions'), () => HttpResponse.json({ records, next: null })),
    http.delete(url('/suppressions/7'), () => {
      records = []
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = openPage('/emails?state=BLOCKED')
  await user.click(await screen.findByRole('button', { name: 'Liberar' }))
  expect(await screen.findByText('Nenhum endereço está bloqueado.')).toBeVisible()
})

test('a mail goes to a corrected address in two clicks', async () => {
  withFailures()
  const history = [
    { status: 'ISSUED', at: '2026-11-24T11:00:00Z', detail: null },
    { status: 'FAILED', at: UNTIL, detail: '550 5.1.1' },
  ]
  db.billings = [makeBilling({ debt_id: 'debt-a', status: 'FAILED', email: 'ana@exmple.com', history } as never)]
  const asked: unknown[] = []
  server.use(
    http.post(url('/billings/debt-a/resend'), async ({ request }) => {
      asked.push(new URL(request.url).search, await request.json())
      return HttpResponse.json({ mails: 1, suppressed: 0 })
    }),
  )
  const { user } = openPage('/emails?billing=debt-a')
  await user.click(await screen.findByTestId('resend-one'))
  const field = await screen.findByRole('textbox', { name: 'Endereço' })
  expect(field).toHaveValue('ana@exmple.com')
  await user.clear(field)
  await user.type(field, 'ana@example.com')
  await user.click(screen.getByTestId('resend-accept'))
  expect(await screen.findByTestId('resent')).toHaveTextContent('1 e-mail posto')
  expect(asked).toEqual([
    `?states=FAILED&until=${encodeURIComponent(UNTIL)}`,
    { email: 'ana@example.com' },
  ])
})

test('an address that is none is told, and what was typed stays', async () => {
  withFailures()
  db.billings = [makeBilling({ debt_id: 'debt-a', status: 'FAILED' })]
  server.use(http.post(url('/billings/debt-a/resend'), () => problem(422, 'ADDRESS_INVALID', 'is not an address')))
  const { user } = openPage('/emails?billing=debt-a')
  await user.click(await screen.findByTestId('resend-one'))
  const field = await screen.findByRole('textbox', { name: 'Endereço' })
  await user.clear(field)
  await user.type(field, 'ana@@')
  await user.click(screen.getByTestId('resend-accept'))
  expect(await screen.findByTestId('problem')).toBeVisible()
  expect(field).toHaveValue('ana@@')
})

test('a mail that was delivered goes again with words that it was', async () => {
  withFailures()
  db.billings = [makeBilling({ debt_id: 'debt-a', status: 'SENT' })]
  const { user } = openPage('/emails?billing=debt-a')
  await user.click(await screen.findByTestId('resend-one'))
  expect(await screen.findByText(/O servidor já aceitou este e-mail/)).toBeInTheDocument()
})
