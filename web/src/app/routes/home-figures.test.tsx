import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { describe, expect, test } from 'vitest'

import { dayOf, dayPlus } from '@/lib/days'
import { db, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { makeDay, makeReceived, makeWaitingFile, NO_FILES } from '@/testing/overview'
import { problem, server, url } from '@/testing/server'

const TODAY = dayOf(Date.now())
const YESTERDAY = dayPlus(TODAY, -1)

const link = (testId: string, name?: RegExp) => {
  const links = within(screen.getByTestId(testId)).getAllByRole('link')
  const found = name === undefined ? links[0] : links.find((one) => name.test(one.textContent))
  return found?.getAttribute('href')
}

function fillDays() {
  db.uploads = [makeUpload({ rejected: 0 })]
  db.days = [
    makeDay(TODAY, { files: 2, billings: 100, amount_cents: 123_456, delivered: 80, not_delivered: 5, uncertain: 2, under_way: 13 }),
    makeDay(YESTERDAY, { files: 1, billings: 7, amount_cents: 700, delivered: 7 }),
  ]
}

describe('the figures of a period', () => {
  test('are those of today, and each is a door', async () => {
    fillDays()
    db.overview = { rejects: { files: 2, count: 211, amount_cents: 39_120_400 }, delivered_of_removed: 4 }
    openPage('/')
    expect(await screen.findByTestId('figure-billed')).toHaveTextContent('R$ 1.234,56100 boletos · 2 arquivos')
    expect(screen.getByTestId('figure-delivered')).toHaveTextContent('8091,9%5 não entregues · 2 incertos · 13 em andamento · mais 4 de arquivos cancelados')
    expect(screen.getByTestId('figure-rejects')).toHaveTextContent('211R$ 391.204,00 · em 2 arquivos')
    expect(link('figure-billed')).toBe(`/envios?from=${TODAY}&to=${TODAY}`)
    expect(link('figure-delivered')).toBe(`/cobrancas?status=SENT&received_from=${TODAY}&received_to=${TODAY}`)
    expect(link('figure-delivered', /não entregues/)).toBe('/cobrancas?quick=not_delivered_today')
    expect(link('figure-rejects')).toBe(`/envios?from=${TODAY}&to=${TODAY}&state=TO_MEND`)
    expect(link('figure-due')).toBe('/cobrancas?quick=due_soon')
  })

  test('are of another period by one click, which the address keeps', async () => {
    fillDays()
    server.use(
      http.get(url('/payments/received'), ({ request }) => {
        const from = new URL(request.url).searchParams.get('from') ?? ''
        return HttpResponse.json(makeReceived(from, from, from === YESTERDAY ? { payments: 3, paid_cents: 999 } : {}))
      }),
    )
    const { user, router } = openPage('/')
    await user.click(await screen.findByTestId('period-yesterday'))
    await waitFor(() => expect(screen.getByTestId('figure-billed')).toHaveTextContent('R$ 7,007 boletos · 1 arquivo'))
    expect(router.state.location.search).toBe('?period=yesterday')
    await waitFor(() => expect(screen.getByTestId('figure-paid')).toHaveTextContent('R$ 9,993 pagamentos'))
  })

  test('are told by day in the address', async () => {
    fillDays()
    openPage(`/?from=${YESTERDAY}&to=${TODAY}`)
    expect(await screen.findByTestId('figure-billed')).toHaveTextContent('107 boletos · 3 arquivos')
  })

  test('that may not be seen leave the others in sight', async () => {
    fillDays()
    server.use(http.get(url('/payments/received'), () => problem(403, 'FORBIDDEN', 'No.')))
    openPage('/')
    expect(await screen.findByTestId('figure-billed')).toBeVisible()
    expect(screen.getByTestId('figure-paid')).toHaveTextContent('Recebido–')
  })

  test('that are not told are said to be missing, and what needs a person is told all the same', async () => {
    db.uploads = [makeUpload({ rejected: 3 })]
    server.use(http.get(url('/overview'), () => problem(403, 'FORBIDDEN', 'No.')))
    openPage('/')
    expect(await screen.findByTestId('need')).toHaveTextContent('3 linhas rejeitadas')
    expect((await screen.findAllByRole('alert')).length).toBeGreaterThan(0)
  })
})

test('what waits at the bank and with returned mails has its money and its door', async () => {
  db.overview = {
    waiting: {
      returned: { count: 12, amount_cents: 1_200, more: false },
      refused: { count: 1_000, amount_cents: 5_000, more: true },
      held_back: { count: 0, amount_cents: 0, more: false },
      suspense: { count: 1, amount_cents: 777, more: false },
      files: [],
      file_counts: NO_FILES,
    },
  }
  openPage('/')
  const lines = await screen.findAllByTestId('need')
  expect(lines.map((line) => line.getAttribute('data-kind'))).toEqual(['returned', 'refused', 'suspense'])
  expect(lines[0]).toHaveTextContent('12 e-mails devolvidos · R$ 12,00')
  expect(lines[1]).toHaveTextContent('mais de 1.000 títulos recusados pelo banco')
  expect(lines[2]).toHaveTextContent('1 pagamento sem cobrança conhecida · R$ 7,77')
  expect(lines.map((line) => within(line).getByRole('link').getAttribute('href'))).toEqual(['/emails?state=BOUNCED', '/banco', '/recebimentos'])
})

test('a line of a file has the money that is at stake', async () => {
  db.uploads = [makeUpload({ id: 'upload-1', name: 'a.csv', rejected: 117, statuses: { FAILED: 2 } })]
  const nothing = { count: 0, amount_cents: 0, more: false }
  db.overview = {
    waiting: {
      returned: nothing, refused: nothing, held_back: nothing, suspense: nothing,
      files: [makeWaitingFile({ upload_id: 'upload-1', rejects_cents: 21_488_000, not_delivered_cents: null, uncertain_cents: 0 })],
      file_counts: NO_FILES,
    },
  }
  openPage('/')
  const lines = await screen.findAllByTestId('need')
  expect(lines[0]).toHaveTextContent('117 linhas rejeitadas em a.csv · R$ 214.880,00Corrigir')
  expect(lines[1]).toHaveTextContent('2 e-mails não entregues em a.csvVer e reenviar')
})

test('a file that waits is told however many came since', async () => {
  db.uploads = Array.from({ length: 60 }, (_, place) => makeUpload({ id: `later-${place}`, rejected: 0 }))
  db.uploads.push(makeUpload({ id: 'old-1', name: 'antigo.csv', rejected: 4 }))
  const nothing = { count: 0, amount_cents: 0, more: false }
  db.overview = {
    waiting: {
      returned: nothing, refused: nothing, held_back: nothing, suspense: nothing,
      files: [
        makeWaitingFile({ upload_id: 'later-0', rejects: 9 }),
        makeWaitingFile({ upload_id: 'old-1', name: 'antigo.csv', rejects: 4, rejects_cents: 400, stopped: true, uncertain: 2 }),
      ],
      file_counts: { ...NO_FILES, rejects: { count: 8, more: false }, uncertain: { count: 200, more: true } },
    },
  }
  openPage('/')
  const lines = await screen.findAllByTestId('need')
  // What is listed is as the list has it: its rejects are mended since the overview was asked.
  expect(lines.map((line) => line.getAttribute('data-kind'))).toEqual(['stopped', 'rejects', 'uncertain'])
  expect(lines[1]).toHaveTextContent('4 linhas rejeitadas em antigo.csv · R$ 4,00')
  expect(within(lines[1] ?? document.body).getByRole('link')).toHaveAttribute('href', '/envios/old-1/rejeitadas')
  expect(screen.getByText(/^E mais de 206 outros itens/)).toBeVisible()
})

describe('the chart', () => {
  test('has a door for each day on which boletos came, and none for others', async () => {
    fillDays()
    const { user, router } = openPage('/')
    const bars = await screen.findAllByTestId('day-bar')
    expect(bars).toHaveLength(2)
    expect(bars[1]).toHaveAccessibleName(/: 100 boletos; 80 na caixa de teste, 7 não entregues ou incertos, 13 em andamento$/)
    expect([...(bars[1]?.querySelectorAll('rect') ?? [])].map((part) => part.getAttribute('data-part'))).toEqual(['delivered', 'notDelivered', 'underWay'])
    bars[0]?.focus()
    await user.keyboard('{Enter}')
    await waitFor(() => expect(router.state.location).toMatchObject({ pathname: '/envios', search: `?from=${YESTERDAY}&to=${YESTERDAY}` }))
  })

  test('is a table as well', async () => {
    fillDays()
    const { user } = openPage('/')
    await user.click(await screen.findByTestId('chart-table'))
    const rows = await screen.findAllByTestId('chart-day')
    expect(rows).toHaveLength(24)
    const told = rows.find((row) => row.textContent.includes('1.234,56'))
    expect(told).toHaveTextContent('80')
    expect(screen.queryByTestId('day-bars')).not.toBeInTheDocument()
    await user.click(screen.getByTestId('chart-table'))
    expect(await screen.findByTestId('day-bars')).toBeVisible()
  })
})
