import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

/** Note what is asked for; answer that so many were set going again, and mend the file. */
function resends(path: string, answer: { mails: number; suppressed: number }): string[] {
  const asked: string[] = []
  server.use(
    http.post(url(path), ({ request }) => {
      asked.push(new URL(request.url).search)
      db.uploads = db.uploads.map((upload) => ({ ...upload, status: 'PROCESSING', statuses: { ISSUED: 1 } }))
      db.billings = db.billings.map((billing) => ({ ...billing, status: 'ISSUED' }))
      return HttpResponse.json(answer)
    }),
  )
  return asked
}

const UPLOAD = '/billings/csv/uploads/upload-1/resend'

test('what was not delivered is sent again, and the page follows', async () => {
  db.uploads = [makeUpload({ id: 'upload-1', status: 'ATTENTION', statuses: { SENT: 8, FAILED: 2 } })]
  const asked = resends(UPLOAD, { mails: 2, suppressed: 0 })
  const { user } = openPage('/envios/upload-1')
  await user.click(await screen.findByRole('button', { name: 'Reenviar os não entregues' }))
  expect(asked).toEqual([])
  await user.click(await screen.findByTestId('confirm-accept'))
  expect(await screen.findByTestId('resent')).toHaveTextContent('2 e-mails postos para novo envio.')
  expect(asked).toEqual(['?states=FAILED'])
  expect(await screen.findByText('Processando')).toBeVisible()
  expect(screen.queryByTestId('resend-FAILED')).toBeNull()
  expect(screen.queryByTestId('resend-SUPPRESSED')).toBeNull()
})

test('blocked addresses are left out, told, and written to only when that is wanted', async () => {
  db.uploads = [makeUpload({ id: 'upload-1', status: 'ATTENTION', statuses: { FAILED: 3 } })]
  const asked = resends(UPLOAD, { mails: 0, suppressed: 3 })
  const { user } = openPage('/envios/upload-1')
  await user.click(await screen.findByTestId('resend-FAILED'))
  await user.click(await screen.findByTestId('confirm-accept'))
  const told = await screen.findByTestId('resent')
  expect(told).toHaveTextContent('Nenhum e-mail a enviar de novo. 3 ficaram de fora')
  await user.click(within(told).getByRole('button'))
  await user.click(await screen.findByTestId('confirm-accept'))
  await waitFor(() => expect(asked).toEqual(['?states=FAILED', '?states=FAILED&suppressed=true']))
})

test('an uncertain mail is sent again knowingly, never by the button for failed ones', async () => {
  db.uploads = [makeUpload({ id: 'upload-1', mail: 'smtp', statuses: { UNCERTAIN: 1 } })]
  db.billings = [makeBilling({ debt_id: 'debt-a', status: 'UNCERTAIN' })]
  const asked = resends('/billings/debt-a/resend', { mails: 1, suppressed: 0 })
  const { user } = openPage('/envios/upload-1?billing=debt-a')
  const drawer = await screen.findByTestId('billing-drawer')
  const button = await within(drawer).findByTestId('resend-one')
  await user.click(button)
  const cancel = await screen.findByTestId('resend-cancel')
  const dialog = cancel.closest('form')
  expect(dialog).toHaveTextContent(/pode receber duas vezes/)
  await user.click(cancel)
  expect(asked).toEqual([])
  await user.click(button)
  await user.click(await screen.findByTestId('resend-accept'))
  await waitFor(() => expect(asked[0]).toMatch(/^\?states=UNCERTAIN/))
  await waitFor(() => expect(within(drawer).queryByTestId('resend-one')).toBeNull())
})

test.each([
  ['SENT', 'SENT'],
  ['cancelled', 'REMOVED'],
] as const)('of a file that is %s nothing is offered', async (_case, status) => {
  db.uploads = [makeUpload({ id: 'upload-1', status, statuses: { [status]: 9 } })]
  openPage('/envios/upload-1')
  await screen.findByTestId('upload-summary')
  expect(screen.queryByTestId('resend-FAILED')).toBeNull()
  expect(screen.queryByTestId('resend-UNCERTAIN')).toBeNull()
})

test.each([
  ['QUOTA', 'The quota of our account is spent; it is tried again by itself. It said: 550 x', 'O limite de envios'],
  ['ACCOUNT', 'The mail server refuses what we send: look into it, then go on', 'recusa o que enviamos'],
  ['BRAKE', 'The brake has stopped all sending: 9 of 10 were refused.', 'excesso de recusas'],
  ['ACCOUNT', 'Words of a later version', 'recusa a nossa conta'],
] as const)('a hold of %s is told, and ended by a button', async (cause, reason, words) => {
  const held_until = cause === 'QUOTA' ? '2026-11-24T13:00:00Z' : null
  db.holds = [{ cause, reason, held_at: '2026-11-24T12:00:00Z', held_until }]
  const { user } = openPage()
  const hold = await screen.findByTestId('mail-hold')
  expect(hold).toHaveTextContent(words)
  expect(hold).toHaveTextContent(reason)
  expect(hold.textContent.includes('Nova tentativa automática')).toBe(held_until !== null)
  await user.click(within(hold).getByRole('button', { name: 'Continuar envio' }))
  await waitFor(() => expect(screen.queryByTestId('mail-hold')).toBeNull())
})

test('a hold that cannot be ended stays, and says why', async () => {
  db.holds = [{ cause: 'ACCOUNT', reason: 'x', held_at: '2026-11-24T12:00:00Z', held_until: null }]
  server.use(http.post(url('/mail/resume'), () => problem(403, 'SCOPE_MISSING', 'No scope.')))
  const { user } = openPage()
  await user.click(await screen.findByTestId('mail-resume'))
  expect(await screen.findByTestId('problem')).toHaveTextContent('Sem permissão')
  expect(screen.getByTestId('mail-hold')).toBeVisible()
})

test('what a file waits for is told in words', async () => {
  const last_error = 'The mail server refuses our account or address: mend it, then go on. It said: 535 no'
  db.uploads = [makeUpload({ status: 'ATTENTION', statuses: { ISSUED: 9 }, last_error })]
  openPage()
  expect(await screen.findByText(/recusa a nossa conta/)).toBeVisible()
  expect(screen.getByText(/535 no/)).toBeInTheDocument()
})
