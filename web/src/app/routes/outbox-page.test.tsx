import { fireEvent, screen, waitFor } from '@testing-library/react'
import { http } from 'msw'
import { expect, test, vi } from 'vitest'

import { db, makeMail } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

test('a mail opens in a frame without an origin, as text, and with its PDF', async () => {
  db.mails = [makeMail({ debt_id: 'a', subject: 'Seu boleto de dezembro' }), makeMail()]
  const { user, router } = openPage('/caixa-de-saida')
  await waitFor(() => expect(screen.getAllByTestId('mail-item')).toHaveLength(2))
  await user.click(screen.getAllByTestId('mail-item')[0] ?? document.body)
  expect(await screen.findByRole('heading', { name: 'Seu boleto de dezembro' })).toBeVisible()
  expect(router.state.location.search).toBe('?mail=a')
  // A document without an origin, and with a policy of its own, which the mail's HTML is handed into.
  const frame = screen.getByTestId<HTMLIFrameElement>('mail-html')
  expect(frame).toHaveAttribute('sandbox', 'allow-scripts')
  expect(frame).toHaveAttribute('src', '/mail-frame.html')
  const told = vi.spyOn(frame.contentWindow ?? window, 'postMessage').mockReturnValue(undefined)
  fireEvent.load(frame)
  expect(told).toHaveBeenCalledWith('<p>Mensagem formatada</p>', '*')
  await user.click(screen.getByRole('radio', { name: 'Texto' }))
  expect(screen.getByTestId('mail-text')).toHaveTextContent('Texto simples da mensagem')
  await user.click(screen.getByTestId('open-pdf'))
  const frameOfPdf = await screen.findByTestId('pdf-frame')
  await waitFor(() => expect(frameOfPdf).toBeVisible())
})

test('an empty outbox says when mails will come', async () => {
  openPage('/caixa-de-saida')
  expect(await screen.findByText('Nenhum e-mail ainda')).toBeVisible()
})

test('a search without a match says so', async () => {
  db.mails = [makeMail()]
  const { user } = openPage('/caixa-de-saida')
  await screen.findByTestId('mail-item')
  await user.type(screen.getByTestId('search-input'), 'nada{Enter}')
  expect(await screen.findByText('Nada encontrado')).toBeVisible()
})

test('a failing server is told in Portuguese', async () => {
  server.use(http.get(url('/mailbox'), () => problem(500, 'INTERNAL', 'Boom.')))
  openPage('/caixa-de-saida')
  expect(await screen.findByRole('alert')).toHaveTextContent('O servidor falhou')
})

test('an unknown address offers the way back', async () => {
  openPage('/nowhere')
  expect(await screen.findByRole('link', { name: 'Voltar aos envios' })).toBeVisible()
})
