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

  describe('by e-mail', () => {
    let asked: { query: string; body: unknown }[]

    beforeEach(() => {
      asked = []
      db.uploads = [makeUpload({ id: 'upload-1', mail: 'smtp' })]
      db.billings = [
        makeBilling({
          debt_id: 'debt-a',
          upload_id: 'upload-1',
          status: 'REGISTERED',
          email: 'ana@example.com',
          history: [
            { status: 'ISSUED', at: '2026-11-01T10:00:00Z', detail: null },
            { status: 'SENT', at: '2026-11-01T10:05:00Z', detail: '250 ok' },
          ],
        }),
      ]
      server.use(
        http.post(url('/billings/debt-a/second-copy/mail'), async ({ request }) => {
          const query = new URL(request.url).searchParams
          asked.push({ query: query.toString(), body: await request.json() })
          const isFreed = query.has('suppressed')
          if (isFreed) {
            db.billings = db.billings.map((billing) => ({
              ...billing,
              history: [
                ...billing.history,
                { status: 'SECOND_COPY_MAILED', at: '2026-11-29T10:00:00Z', detail: 'ana: 2026-11-30 → nova@example.com' },
              ],
            }))
          }
          return HttpResponse.json(isFreed ? { mails: 1, suppressed: 0 } : { mails: 0, suppressed: 1 })
        }),
      )
    })

    test('goes for the chosen day to a corrected address, to a blocked one knowingly, and once', async () => {
      const { user } = openPage('/cobrancas/debt-a')
      await user.click(await screen.findByTestId('second-copy'))
      await screen.findByTestId('second-copy-total')
      fireEvent.change(screen.getByTestId('second-copy-on'), { target: { value: '2026-11-30' } })
      await waitFor(() => expect(screen.getByTestId('second-copy-total')).toHaveTextContent('R$ 1.023,30'))
      await user.click(screen.getByTestId('second-copy-mail'))
      const address = screen.getByTestId('second-copy-email')
      expect(address).toHaveValue('ana@example.com')
      await user.clear(address)
      await user.type(address, ' nova@example.com ')
      await user.click(screen.getByTestId('second-copy-accept'))
      expect(await screen.findByText(/O endereço está bloqueado/)).toBeVisible()
      await user.click(screen.getByTestId('second-copy-accept'))
      expect(await screen.findByTestId('second-copy-sent')).toHaveTextContent(
        'A 2ª via para pagar em 30/11/2026 vai para nova@example.com.',
      )
      const body = { on: '2026-11-30', email: 'nova@example.com' }
      const until = 'until=2026-11-01T10%3A05%3A00Z'
      expect(asked).toEqual([
        { query: until, body },
        { query: `${until}&suppressed=true`, body },
      ])
      expect(screen.queryByTestId('second-copy-mail')).toBeNull()
      expect(await screen.findByText(/E-mail da 2ª via pedido/)).toBeInTheDocument()
    })

    test('names no address where it is as before', async () => {
      const { user } = openPage('/cobrancas/debt-a')
      await user.click(await screen.findByTestId('second-copy'))
      await user.click(await screen.findByTestId('second-copy-mail'))
      await user.click(screen.getByTestId('second-copy-accept'))
      await waitFor(() => expect(asked.map(({ body }) => body)).toEqual([{ on: '2026-11-29' }]))
    })

    test.each([
      ['simulated', { mail: 'simulate' as const }, []],
      ['on its way', { mail: 'smtp' as const }, [{ status: 'RESENT' as const, at: '2026-11-02T10:00:00Z', detail: null }]],
    ])('is not offered where mails are %s', async (_, file, more) => {
      db.uploads = [makeUpload({ id: 'upload-1', ...file })]
      db.billings = db.billings.map((billing) => ({ ...billing, history: [...billing.history, ...more] }))
      const { user } = openPage('/cobrancas/debt-a')
      await user.click(await screen.findByTestId('second-copy'))
      expect(await screen.findByTestId('second-copy-save')).toBeVisible()
      expect(screen.queryByTestId('second-copy-mail')).toBeNull()
    })
  })

  test('is not offered of what is paid', async () => {
    db.billings = [makeBilling({ debt_id: 'debt-a', upload_id: 'upload-1', status: 'PAID' })]
    openPage('/cobrancas/debt-a')
    expect(await screen.findByTestId('billing-detail')).toBeVisible()
    expect(screen.queryByTestId('second-copy')).toBeNull()
  })
})
