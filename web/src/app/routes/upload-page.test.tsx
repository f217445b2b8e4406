import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'

import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'

beforeEach(() => {
  db.uploads = [makeUpload({ id: 'upload-1', name: 'novembro.csv' })]
})

describe('the billings of an upload', () => {
  test('are listed with Brazilian money, dates and CPF', async () => {
    db.billings = [makeBilling({ name: 'Íris Conceição', amount_cents: 123_456_789 })]
    openPage('/envios/upload-1')
    const row = await screen.findByTestId('billing-row')
    expect(row).toHaveTextContent('Íris Conceição')
    expect(row).toHaveTextContent('R$ 1.234.567,89')
    expect(row).toHaveTextContent('05/12/2026')
    expect(row).toHaveTextContent('111.444.777-35')
    expect(screen.getByRole('heading', { name: 'novembro.csv' })).toBeVisible()
  })

  test('are filtered by status, in the address', async () => {
    db.billings = [
      makeBilling({ name: 'Boa', status: 'SENT' }),
      makeBilling({ name: 'Ruim', status: 'FAILED' }),
    ]
    const { user, router } = openPage('/envios/upload-1')
    await waitFor(() => expect(screen.getAllByTestId('billing-row')).toHaveLength(2))
    await user.selectOptions(screen.getByTestId('status-filter'), 'FAILED')
    await waitFor(() => expect(screen.getAllByTestId('billing-row')).toHaveLength(1))
    expect(screen.getByTestId('billing-row')).toHaveTextContent('Ruim')
    expect(router.state.location.search).toBe('?status=FAILED')
  })

  test('are searched by Enter, and an empty result offers to clear', async () => {
    db.billings = [makeBilling({ debt_id: 'aaa' }), makeBilling({ debt_id: 'bbb' })]
    const { user } = openPage('/envios/upload-1')
    await waitFor(() => expect(screen.getAllByTestId('billing-row')).toHaveLength(2))
    await user.type(screen.getByTestId('search-input'), 'bbb{Enter}')
    await waitFor(() => expect(screen.getAllByTestId('billing-row')).toHaveLength(1))
    await user.clear(screen.getByTestId('search-input'))
    await user.type(screen.getByTestId('search-input'), 'zzz{Enter}')
    await user.click(await screen.findByRole('button', { name: 'Limpar filtros' }))
    await waitFor(() => expect(screen.getAllByTestId('billing-row')).toHaveLength(2))
  })

  test('turn page by page, forward and back', async () => {
    db.billings = Array.from({ length: 120 }, (_, index) => makeBilling({ name: `P${index}` }))
    const { user } = openPage('/envios/upload-1')
    expect(await screen.findByText('P0')).toBeVisible()
    await user.click(screen.getByTestId('page-next'))
    expect(await screen.findByText('P50')).toBeVisible()
    await user.click(screen.getByTestId('page-next'))
    expect(await screen.findByText('P119')).toBeVisible()
    expect(screen.getByTestId('page-next')).toBeDisabled()
    expect(screen.getByTestId('page-number')).toHaveTextContent('Página 3')
    await user.click(screen.getByTestId('page-previous'))
    expect(await screen.findByText('P50')).toBeVisible()
  })

  test('say when there are none', async () => {
    openPage('/envios/upload-1')
    expect(await screen.findByText('Nenhuma cobrança neste envio')).toBeVisible()
  })

  test('wait while the upload is paused, and go on after', async () => {
    db.uploads = [makeUpload({ id: 'upload-1', status: 'PROCESSING', progress: 0.2 })]
    const { user } = openPage('/envios/upload-1')
    await user.click(await screen.findByRole('button', { name: 'Pausar' }))
    expect(await screen.findByText('Pausado')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Retomar' }))
    expect(await screen.findByText('Processando')).toBeVisible()
  })

  test('cannot be paused when all is done', async () => {
    openPage('/envios/upload-1')
    expect(await screen.findByText('Nenhuma cobrança neste envio')).toBeVisible()
    expect(screen.queryByTestId('upload-pause')).toBeNull()
  })

  test('an unknown upload is a problem with a way on', async () => {
    openPage('/uploads/unknown')
    expect(await screen.findByRole('alert')).toHaveTextContent('Não encontrado')
  })
})

describe('one billing', () => {
  test('opens with its digitable line, history and PDF', async () => {
    db.billings = [makeBilling()]
    const { user } = openPage('/envios/upload-1')
    await user.click(await screen.findByTestId('open-billing'))
    const detail = await screen.findByTestId('billing-detail')
    expect(within(detail).getByTestId('digitable-line')).toHaveTextContent(
      '34191.09000 00001.007287 77000.359310 0 42132700000123',
    )
    const steps = within(screen.getByTestId('billing-history')).getAllByRole('listitem')
    expect(steps.map((step) => step.dataset.status)).toEqual(['ACKNOWLEDGED', 'SENT'])
    await user.click(screen.getByTestId('open-pdf'))
    expect(await screen.findByTestId('pdf-frame')).toHaveAttribute(
      'src',
      expect.stringContaining('blob:'),
    )
  })

  test('offers no PDF before the boleto is issued', async () => {
    db.billings = [makeBilling({ status: 'ACKNOWLEDGED', our_number: null, digitable_line: null })]
    const { user } = openPage('/envios/upload-1')
    await user.click(await screen.findByTestId('open-billing'))
    const told = await screen.findByText('O boleto ainda não foi emitido.')
    await waitFor(() => expect(told).toBeVisible())
    expect(screen.queryByTestId('open-pdf')).not.toBeInTheDocument()
  })
})
