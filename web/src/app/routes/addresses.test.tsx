import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'

import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'

test.each(['/#/uploads/upload-1', '/uploads/upload-1'])('%s, an earlier address, opens the same page', async (address) => {
  db.uploads = [makeUpload({ id: 'upload-1', name: 'novembro.csv' })]
  const { router } = openPage(address)
  expect(await screen.findByRole('heading', { level: 1, name: 'novembro.csv' })).toBeVisible()
  expect(router.state.location).toMatchObject({ pathname: '/envios/upload-1', hash: '' })
})

test('what is searched for leaves an address, and is kept', async () => {
  db.uploads = [makeUpload({ id: 'upload-1' })]
  db.billings = [makeBilling({ name: 'Ana' }), makeBilling({ name: 'Bia', email: 'bia@exemplo.com.br' })]
  const { router } = openPage('/#/uploads/upload-1?search=bia@exemplo.com.br&status=SENT')
  await waitFor(() => expect(screen.getAllByTestId('billing-row')).toHaveLength(1))
  expect(screen.getByTestId('billing-row')).toHaveTextContent('Bia')
  expect(screen.getByRole('main').querySelector('[data-testid=search-input]')).toHaveValue('bia@exemplo.com.br')
  expect(router.state.location).toMatchObject({ search: '?status=SENT', hash: '' })
})
