import { fireEvent, screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'

import type { SecondCopy } from '@/lib/schemas'
import { makeLedger } from '@/testing/bank'
import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { server, url } from '@/testing/server'

let copy: SecondCopy
let days: (string | null)[]
let saved: (string | null)[]

beforeEach(() => {
  db.uploads = [makeUpload({ id: 'upload-1' })]
  db.billings = [makeBilling({ debt_id: 'debt-a', upload_id: 'upload-1' })]
  days = []
  saved = []
  copy = {
    debt_id: 'debt-a',
    status: 'REGISTERED',
    on: '2026-11-29',
    due_date: '2026-11-20',
    payable_until: '2026-11-20',
    days_late: 9,
    title_cents: 100_000,
    fine_cents: 2_000,
    interest_cents: 297,
    discount_cents: 0,
    rebate_cents: 0,
    total_cents: 102_297,
    registered: true,
    payable: true,
    why_not: null,
    our_number: '109/00000001-7',
    digitable_line: '34191090080000016007120047570001115550000123456',
    barcode: '34191155500001234561090000000160071200475700',
    pix: { text: '000201', location: 'pix.example/1', txid: 'A1' },
  }
  server.use(
    http.get(url('/billings/debt-a/ledger'), () => HttpResponse.json(makeLedger())),
    http.get(url('/billings/debt-a/second-copy'), ({ request }) => {
      const on = new URL(request.url).searchParams.get('on')
      days.push(on)
      return HttpResponse.json(on === null ? copy : { ...copy, on, total_cents: 102_330, interest_cents: 330 })
    }),
    http.get(url('/billings/debt-a/second-copy.pdf'), ({ request }) => {
      saved.push(new URL(request.url).searchParams.get('on'))
      return new HttpResponse('%PDF-1.7', { headers: { 'Content-Type': 'application/pdf' } })
    }),
  )
})

describe('the second copy of a billing', () => {
  test('tells what is due to the cent, on today or a chosen day, and hands over its slip', async () => {
    const { user } = openPage('/cobrancas/debt-a')
    await user.click(await screen.findByTestId('second-copy'))
    const dialog = await screen.findByTestId('second-copy-dialog')
    expect(await screen.findByTestId('second-copy-total')).toHaveTextContent('R$ 1.022,97')
    expect(dialog).toHaveTextContent('MultaR$ 20,00')
    expect(dialog).toHaveTextContent('Juros de 9 diasR$ 2,97')
    expect(dialog).not.toHaveTextContent('Desconto')
    expect(dialog).toHaveTextContent('o código de barras é o mesmo')
    expect(screen.getByTestId('second-copy-pix')).toBeVisible()
    fireEvent.change(screen.getByTestId('second-copy-on'), { target: { value: '2026-11-30' } })
    await waitFor(() => expect(screen.getByTestId('second-copy-total')).toHaveTextContent('R$ 1.023,30'))
    expect(days).toEqual([null, '2026-11-30'])
    await user.click(screen.getByTestId('second-copy-save'))
    await waitFor(() => expect(saved).toEqual(['2026-11-30']))
  })

  test('says why there is none', async () => {
    copy = { ...copy, payable: false, why_not: 'EXPIRED', digitable_line: null, barcode: null, pix: null }
    const { user } = openPage('/cobrancas/debt-a')
    await user.click(await screen.findByTestId('second-copy'))
    expect(await screen.findByTestId('second-copy-refused')).toHaveTextContent('data limite')
    expect(screen.queryByTestId('second-copy-save')).toBeNull()
  })

  test('is not offered of what is paid', async () => {
    db.billings = [makeBilling({ debt_id: 'debt-a', upload_id: 'upload-1', status: 'PAID' })]
    openPage('/cobrancas/debt-a')
    expect(await screen.findByTestId('billing-detail')).toBeVisible()
    expect(screen.queryByTestId('second-copy')).toBeNull()
  })
})
