import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'

import { db, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'

beforeEach(() => {
  db.uploads = [
    makeUpload({ id: 'paid', name: 'paga.csv', paid: 1_200, paid_cents: 120_050_00, refused: 1 }),
    makeUpload({ id: 'part', name: 'parte.csv', paid: 0, paid_cents: 50_00, refused: 0 }),
    makeUpload({ id: 'open', name: 'aberta.csv' }),
    makeUpload({ id: 'new', name: 'nova.csv', paid: null, paid_cents: null, refused: null }),
  ]
})

test('the line of a file says what was paid of it and what the bank refused', async () => {
  openPage()
  const rows = await screen.findAllByTestId('upload-row')
  const line = (name: string) => rows.find((row) => within(row).queryByText(name) !== null)
  expect(line('paga.csv')).toHaveTextContent('1.200 pagas, R$ 120.050,00')
  expect(line('paga.csv')).toHaveTextContent('1 recusada pelo banco')
  expect(line('parte.csv')).toHaveTextContent('0 pagas, R$ 50,00')
  expect(line('parte.csv')).not.toHaveTextContent('recusada')
  expect(line('aberta.csv')).not.toHaveTextContent('paga,')
  expect(line('aberta.csv')).not.toHaveTextContent('pagas')
  expect(line('nova.csv')).not.toHaveTextContent('pagas')
})

test('so does its page', async () => {
  openPage('/envios/paid')
  const summary = await screen.findByTestId('upload-summary')
  expect(summary).toHaveTextContent('Pagamentos1.200 pagas, R$ 120.050,00 · 1 recusada pelo banco')
})
