import { screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { forgetApiKey, setApiKey } from '@/lib/api-key'
import { db, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'
import { problem, server, url } from '@/testing/server'

const AT = '2026-11-24T12:00:00Z'
const JOB = {
  job_id: 'job-1', act: 'RESEND', state: 'RUNNING', reason: null, query: 'status=FAILED',
  total: { billings: 289, amount_cents: 2_890_000 }, done: { billings: 100, amount_cents: 1_000_000 },
  passed_over: [] as object[], come_to: 100, no_longer_meant: 0, startedat: AT, stoppedat: null, endedat: null,
  error: null, format: null, file: null,
}

type Asked = { previews: string[]; started: { filter: string; body: Record<string, unknown> }[]; acts: string[] }

/** Answer as an API with jobs; note what is asked for. */
function withJobs(seen: object, jobs: object[] = []): Asked {
  const asked: Asked = { previews: [], started: [], acts: [] }
  server.use(
    http.get(url('/jobs'), () => HttpResponse.json({ records: jobs, next: null })),
    http.get(url('/jobs/preview'), ({ request }) => {
      const query = new URL(request.url).searchParams
      asked.previews.push(query.toString())
      return HttpResponse.json({
        act: query.get('act'), passed_over: [], mails_are_real: false, must_confirm: false, ...seen,
      })
    }),
    http.post(url('/jobs'), async ({ request }) => {
      asked.started.push({
        filter: new URL(request.url).search,
        body: (await request.json()) as Record<string, unknown>,
      })
      jobs.unshift(JOB)
      return HttpResponse.json(JOB, { status: 201 })
    }),
    http.post(url('/jobs/job-1/:act'), ({ params }) => {
      asked.acts.push(String(params.act))
      jobs[0] = { ...JOB, state: params.act === 'stop' ? 'STOPPED' : 'RUNNING' }
      return HttpResponse.json(jobs[0])
    }),
  )
  return asked
}

afterEach(() => {
  forgetApiKey()
  vi.restoreAllMocks()
})

beforeEach(() => {
  db.uploads = [makeUpload({ id: 'upload-1', name: 'novembro.csv' })]
})

test('what failed goes again in two clicks and a typed count, and its bar can be stopped', async () => {
  const asked = withJobs({
    done: { billings: 1182, amount_cents: 2_000_000 },
    passed_over: [{ outcome: 'BLOCKED', billings: 3, amount_cents: 1 }],
    mails_are_real: true,
    must_confirm: true,
  })
  const { user } = openPage('/envios/upload-1?status=FAILED&billing=')
  await user.click(await screen.findByTestId('bulk-resend'))
  const dialog = within(await screen.findByTestId('job-dialog'))
  expect(await dialog.findByTestId('job-sum')).toHaveTextContent(
    /1\.182 e-mails saem de novo, de cobranças que somam R\$\s20\.000,00\. Os e-mails são reais\./,
  )
  expect(dialog.getByTestId('job-left-out')).toHaveTextContent('3 com o endereço bloqueado')
  expect(asked.previews).toEqual(['status=FAILED&upload_id=upload-1&act=RESEND'])
  expect(dialog.getByTestId('job-start')).toBeDisabled()
  await user.type(dialog.getByRole('textbox', { name: 'Digite 1.182 para confirmar' }), '1182')
  await user.click(dialog.getByRole('button', { name: 'Reenviar 1.182 e-mails' }))
  const job = within(await screen.findByTestId('job'))
  expect(asked.started).toEqual([
    {
      filter: '?status=FAILED&upload_id=upload-1',
      body: { act: 'RESEND', count: 1182, amount_cents: 2_000_000, reason: null, confirm_count: 1182 },
    },
  ])
  expect(job.getByTestId('job-state')).toHaveTextContent('Em andamento · 100 de 289')
  await waitFor(() => expect(screen.queryByTestId('job-start')).not.toBeInTheDocument())
  await user.click(job.getByTestId('job-stop'))
  await waitFor(() => expect(screen.getByTestId('job')).toHaveAttribute('data-state', 'STOPPED'))
  await user.click(screen.getByTestId('job-resume'))
  await waitFor(() => expect(screen.getByTestId('job')).toHaveAttribute('data-state', 'RUNNING'))
  expect(asked.acts).toEqual(['stop', 'resume'])
})

test('billings are cancelled with a reason, and what is another set by now is shown anew', async () => {
  let count = 3
  const asked = withJobs({})
  server.use(
    http.get(url('/jobs/preview'), () =>
      HttpResponse.json({
        act: 'CANCEL', done: { billings: count, amount_cents: count * 100 }, passed_over: [],
        mails_are_real: false, must_confirm: false,
      }),
    ),
    http.post(url('/jobs'), () => {
      count = 2
      return problem(409, 'JOB_CHANGED', 'It is 2 now')
    }, { once: true }),
  )
  const { user } = openPage('/envios/upload-1')
  await user.click(await screen.findByTestId('bulk-cancel'))
  expect(await screen.findByTestId('job-sum')).toHaveTextContent('3 cobranças são canceladas')
  expect(screen.getByTestId('job-start')).toBeDisabled()
  await user.selectOptions(screen.getByTestId('job-reason'), 'DUPLICATE')
  await user.click(screen.getByTestId('job-start'))
  expect(await screen.findByText('2 cobranças são canceladas', { exact: false })).toBeVisible()
  expect(screen.getByTestId('problem')).toHaveTextContent('As cobranças mudaram')
  await user.selectOptions(screen.getByTestId('job-reason'), 'DUPLICATE')
  await user.click(screen.getByTestId('job-start'))
  await screen.findByTestId('job')
  expect(asked.started[0]?.body).toEqual({
    act: 'CANCEL', count: 2, amount_cents: 200, reason: 'DUPLICATE', confirm_count: null,
  })
})

test('a job that has ended says what was done and what not, and gives its result', async () => {
  withJobs({}, [
    {
      ...JOB, state: 'DONE', come_to: 288, no_longer_meant: 1, endedat: AT,
      done: { billings: 282, amount_cents: 500 },
      passed_over: [{ outcome: 'PAID', billings: 6, amount_cents: 100 }],
    },
  ])
  openPage('/envios/upload-1')
  const job = within(await screen.findByTestId('job'))
  expect(job.getByTestId('job-done')).toHaveTextContent(
    /282 e-mails postos para novo envio, de R\$\s5,00\. 1 já não estava no filtro\./,
  )
  expect(job.getByTestId('job-left-out')).toHaveTextContent('6 já pagas')
  expect(job.getByRole('button', { name: 'Baixar o resultado' })).toBeVisible()
  expect(job.queryByTestId('job-stop')).not.toBeInTheDocument()
})

/** Note what the browser is led to save. */
function noteSaved(): { href: string; name: string }[] {
  const saved: { href: string; name: string }[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ href: this.href, name: this.download })
  })
  return saved
}

/** Choose a file in its menu. */
async function take(user: UserEvent, file: string): Promise<void> {
  await user.click(await screen.findByTestId(file.split('-', 1).join()))
  await user.click(await screen.findByTestId(file))
}

test('little is saved by links to the API, and nothing of it is held by the page', async () => {
  const saved = noteSaved()
  const asked = withJobs({ done: { billings: 10_000, amount_cents: 1 } })
  const { user } = openPage('/envios/upload-1?status=SENT')
  for (const [count, file] of ['export-csv', 'export-xlsx', 'pdfs-zip', 'pdfs-print', 'pdfs-carne'].entries()) {
    await take(user, file)
    await waitFor(() => expect(saved).toHaveLength(count + 1))
  }
  const filter = 'status=SENT&upload_id=upload-1'
  expect(saved).toEqual([
    { href: url(`/billings/export.csv?${filter}`), name: 'cobrancas.csv' },
    { href: url(`/billings/export.xlsx?${filter}`), name: 'cobrancas.xlsx' },
    { href: url(`/billings/pdfs.zip?${filter}`), name: 'boletos.zip' },
    { href: url(`/billings/pdfs.pdf?${filter}`), name: 'boletos.pdf' },
    { href: url(`/billings/pdfs.pdf?${filter}&layout=carne`), name: 'carne.pdf' },
  ])
  expect(asked.previews).toEqual(
    ['EXPORT', 'EXPORT', 'PDFS', 'PDFS', 'PDFS'].map((act) => `${filter}&act=${act}`),
  )
  expect(asked.started).toEqual([])
})

test('with a key, which no link carries, what is saved comes through the page', async () => {
  const saved = noteSaved()
  Object.assign(URL, { createObjectURL: () => 'blob:one', revokeObjectURL: () => undefined })
  setApiKey('secret')
  const keys: (string | null)[] = []
  withJobs({ done: { billings: 3, amount_cents: 1 } })
  server.use(
    http.get(url('/billings/export.csv'), ({ request }) => {
      keys.push(request.headers.get('Authorization'))
      return HttpResponse.text('a;b')
    }),
  )
  const { user } = openPage('/envios/upload-1')
  await take(user, 'export-csv')
  await waitFor(() => expect(saved).toEqual([{ href: 'blob:one', name: 'cobrancas.csv' }]))
  expect(keys).toEqual(['Bearer secret'])
})

test('much is made by a job with a bar, and its file is there at the end', async () => {
  const saved = noteSaved()
  const jobs: object[] = []
  const asked = withJobs({ done: { billings: 10_001, amount_cents: 77 } }, jobs)
  const { user } = openPage('/envios/upload-1')
  await take(user, 'pdfs-zip')
  await screen.findByTestId('job')
  expect(asked.started).toEqual([
    { filter: '?upload_id=upload-1', body: { act: 'PDFS', format: 'ZIP', count: 10_001, amount_cents: 77 } },
  ])
  expect(saved).toEqual([])
  const made = {
    ...JOB, act: 'PDFS', format: 'ZIP', total: { billings: 10_003, amount_cents: 80 },
    done: { billings: 5_000, amount_cents: 40 }, come_to: 5_002,
  }
  jobs[0] = made
  await waitFor(() => expect(screen.getByTestId('job-state')).toHaveTextContent('5.002 de 10.003'), { timeout: 3_000 })
  expect(screen.queryByTestId('job-file')).not.toBeInTheDocument()
  jobs[0] = {
    ...made, state: 'DONE', come_to: 10_003, endedat: AT, done: { billings: 10_001, amount_cents: 77 },
    passed_over: [{ outcome: 'NO_SLIP', billings: 2, amount_cents: 3 }],
    file: { name: 'boletos.zip', size_bytes: 9, until: '2026-11-25T12:00:00Z' },
  }
  await user.click(await screen.findByTestId('job-file', {}, { timeout: 3_000 }))
  await waitFor(() => expect(saved).toEqual([{ href: url('/jobs/job-1/file'), name: 'boletos.zip' }]))
  expect(screen.getByTestId('job-done')).toHaveTextContent('10.001 cobranças no arquivo')
  expect(screen.getByTestId('job-file-kept')).toHaveTextContent('O arquivo fica guardado até 25/11/2026')
  expect(screen.getByTestId('job-left-out')).toHaveTextContent('2 sem boleto')
})

test('a table of any length is streamed, and of a file that is gone it is said', async () => {
  const saved = noteSaved()
  withJobs({}, [{ ...JOB, act: 'EXPORT', format: 'XLSX', state: 'DONE', endedat: AT }])
  server.use(http.get(url('/jobs/preview'), () => problem(422, 'JOB_TOO_LARGE', 'too many')))
  const { user } = openPage('/envios/upload-1')
  expect(await screen.findByTestId('job-file-kept')).toHaveTextContent('já foi apagado')
  expect(screen.queryByTestId('job-result')).not.toBeInTheDocument()
  await take(user, 'export-csv')
  await waitFor(() => expect(saved).toHaveLength(1))
  await take(user, 'export-xlsx')
  expect(await screen.findByTestId('problem')).toHaveTextContent('cobranças demais')
  expect(saved).toHaveLength(1)
})

test('nothing is begun where there is nothing to do, nor of a search', async () => {
  withJobs({ done: { billings: 0, amount_cents: 0 } })
  const { user } = openPage('/envios/upload-1')
  await user.click(await screen.findByTestId('bulk-resend'))
  expect(await screen.findByTestId('job-sum')).toHaveTextContent('Nada a fazer com estas cobranças.')
  expect(screen.getByTestId('job-start')).toBeDisabled()
  await user.click(screen.getByTestId('job-dismiss'))
  await user.type(screen.getByTestId('search-input'), 'ana@example.com{Enter}')
  expect(await screen.findByTestId('bulk-searched')).toBeVisible()
  expect(screen.queryByTestId('bulk-actions')).not.toBeInTheDocument()
})
