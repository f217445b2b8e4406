import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'

import type { Received, Suspense } from '@/lib/schemas'
import { makeSuspense } from '@/testing/bank'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

let received: Received
let suspense: Suspense[]
let decided: [path: string, said: unknown][]
let exported: URLSearchParams[]

const NONE = { count: 0, amount_cents: 0 }

beforeEach(() => {
  received = {
    first: '2026-11-01',
    last: '2026-11-30',
    payments: 19,
    paid_cents: 1_900_000,
    days: [
      { paid_on: '2026-11-27', payments: 1, paid_cents: 100_000 },
      { paid_on: '2026-11-28', payments: 18, paid_cents: 1_800_000 },
    ],
    open: { count: 2, amount_cents: 200_000 },
    overdue: { count: 1, amount_cents: 60_000 },
    suspense: { count: 1, amount_cents: 5_000 },
  }
  suspense = [makeSuspense()]
  decided = []
  exported = []
  server.use(
    http.get(url('/payments/received'), () => HttpResponse.json(received)),
    http.get(url('/payments/suspense'), () => HttpResponse.json({ records: suspense, next: null })),
    http.post(url('/payments/suspense/:id/:act'), async ({ request, params }) => {
      decided.push([`${String(params.id)}/${String(params.act)}`, await request.json()])
      suspense = []
      return HttpResponse.json(makeSuspense())
    }),
    http.get(url('/payments/export.csv'), ({ request }) => {
      exported.push(new URL(request.url).searchParams)
      return new HttpResponse('csv')
    }),
  )
})

describe('receipts', () => {
  test('are summed beside what is owed, by day as bars and as a table', async () => {
    openPage('/recebimentos')
    const sums = await screen.findByTestId('receipts-sums')
    expect(sums).toHaveTextContent('Recebido no períodoR$ 19.000,0019 pagamentos')
    expect(sums).toHaveTextContent('VencidasR$ 600,001 cobrança')
    const days = screen.getAllByTestId('paid-day')
    expect(days[0]).toHaveTextContent('28/11/2026R$ 18.000,00Pagamentos18')
    expect(days).toHaveLength(2)
    expect(screen.getByTestId('day-chart').querySelectorAll('rect')).toHaveLength(2)
    expect(screen.getByRole('img')).toHaveAccessibleName(/01\/11\/2026 a 30\/11\/2026/)
  })

  test('of another period are asked for, kept in the address, and exported', async () => {
    const { user, router } = openPage('/recebimentos')
    await user.selectOptions(await screen.findByTestId('receipts-period'), '90')
    expect(router.state.location.search).toBe('?days=90')
    await user.click(screen.getByTestId('receipts-export'))
    await waitFor(() => expect(exported).toHaveLength(1))
    const [from, to] = [exported[0]?.get('from') ?? '', exported[0]?.get('to') ?? '']
    expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(89)
    expect(exported[0]?.get('delimiter')).toBe(';')
  })

  test('that are none are told so, without a chart', async () => {
    received = { ...received, payments: 0, paid_cents: 0, days: [], suspense: NONE }
    suspense = []
    openPage('/recebimentos')
    expect(await screen.findByText('Nada foi pago neste período')).toBeVisible()
    expect(screen.queryByTestId('day-chart')).toBeNull()
    expect(await screen.findByTestId('suspense-empty')).toBeVisible()
  })
})

describe('money in suspense', () => {
  test('is given to a debt with a reason', async () => {
    const { user } = openPage('/recebimentos')
    await user.click(await screen.findByTestId('suspense-match'))
    const dialog = await screen.findByRole('dialog')
    const confirm = within(dialog).getByTestId('act-confirm')
    await user.type(within(dialog).getByTestId('suspense-debt'), 'CTR-7')
    expect(confirm).toBeDisabled()
    await user.type(within(dialog).getByTestId('suspense-reason'), 'o pagador confirmou')
    await user.click(confirm)
    expect(await screen.findByTestId('suspense-told')).toHaveTextContent(
      'R$ 50,00 lançados na cobrança CTR-7.',
    )
    expect(decided).toEqual([['suspense-1/match', { debt: 'CTR-7', reason: 'o pagador confirmou' }]])
    expect(await screen.findByTestId('suspense-empty')).toBeVisible()
  })

  test('is dropped with a reason', async () => {
    const { user } = openPage('/recebimentos')
    await user.click(await screen.findByTestId('suspense-drop'))
    const dialog = await screen.findByRole('dialog')
    await user.type(within(dialog).getByTestId('suspense-reason'), 'veio duas vezes')
    await user.click(within(dialog).getByTestId('act-confirm'))
    expect(await screen.findByText('R$ 50,00 descartados.')).toBeVisible()
    expect(decided).toEqual([['suspense-1/drop', { reason: 'veio duas vezes' }]])
  })

  test('of a debt that is not known stays, with what was written', async () => {
    server.use(http.post(url('/payments/suspense/:id/match'), () => problem(404, 'NOT_FOUND', '')))
    suspense = [makeSuspense({ probable_code: 'CTR-1' })]
    const { user } = openPage('/recebimentos')
    await user.click(await screen.findByTestId('suspense-match'))
    const dialog = await screen.findByRole('dialog')
    expect(within(dialog).getByTestId('suspense-debt')).toHaveValue('CTR-1')
    await user.type(within(dialog).getByTestId('suspense-reason'), 'confirmado')
    await user.click(within(dialog).getByTestId('act-confirm'))
    expect(await within(dialog).findByRole('alert')).toBeVisible()
    expect(within(dialog).getByTestId('suspense-reason')).toHaveValue('confirmado')
  })
})
