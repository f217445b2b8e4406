/** The API faked at HTTP, over the data in `db`. */
import { http, HttpResponse, type HttpResponseResolver } from 'msw'
import { setupServer } from 'msw/node'

import { dayOf } from '@/lib/days'
import type { Billing, SearchAnswer, Upload, UploadCheck } from '@/lib/schemas'

import { makeLedger } from './bank'
import { waitingOf } from './checks'
import { db } from './db'
import { makeOverview, makeReceived } from './overview'

export const API = 'http://127.0.0.1:8000'

export const url = (path: string): string => `${API}${path}`

export function problem(status: number, code: string, detail: string) {
  const body = { type: 'about:blank', title: code, status, detail, code }
  return HttpResponse.json(body, {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  })
}

/** A stream of events in a test's hand. */
export function controlledStream() {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given
    },
  })
  return {
    resolver: (() =>
      new HttpResponse(body, {
        headers: { 'Content-Type': 'text/event-stream' },
      })) satisfies HttpResponseResolver,
    tell: (event: string, data: unknown) =>
      controller?.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)),
    end: () => controller?.close(),
  }
}

/** Rows of a keyset page: the cursor is the identifier of the last row shown. */
function page<T>(records: T[], request: Request, idOf: (record: T) => string, cursor = 'after') {
  const query = new URL(request.url).searchParams
  const limit = Number(query.get('limit'))
  const start = records.findIndex((record) => idOf(record) === query.get(cursor)) + 1
  const shown = records.slice(start, start + limit)
  const last = shown.at(-1)
  return {
    records: shown,
    next: last !== undefined && start + limit < records.length ? idOf(last) : null,
  }
}

/** By what a billing is found: beyond its file by what the debt is called alone. */
function keysOf({ debt_id, code, tax_id, email }: Billing, isWithin: boolean): string[] {
  return isWithin ? [debt_id, code, tax_id, email] : [debt_id, code]
}

/** The quick filters that a test can tell by the billings alone. */
const QUICK: Record<string, (billing: Billing) => boolean> = {
  not_delivered: ({ status }) => status === 'FAILED',
  not_delivered_today: ({ status }) => status === 'FAILED',
  uncertain: ({ status }) => status === 'UNCERTAIN',
  returned: ({ returned }) => returned,
  due_soon: () => false,
  overdue: () => false,
  paid: ({ status }) => status === 'PAID',
  refused: ({ status }) => status === 'REGISTRATION_REJECTED',
  cancelled: ({ status }) => status === 'REMOVED',
}

const ofQuick = (name: string | null) => QUICK[name ?? ''] ?? (() => true)

const countBillings: HttpResponseResolver = ({ request }) => {
  const upload = new URL(request.url).searchParams.get('upload_id')
  const within = db.billings.filter((billing) => [billing.upload_id, null].includes(upload))
  const counts = ['all', ...Object.keys(QUICK)].map((name) => {
    const found = within.filter(ofQuick(name)).length
    return [name, { billings: Math.min(found, 1_000), more: found > 1_000, query: '' }]
  })
  return HttpResponse.json(Object.fromEntries(counts) as Record<string, object>)
}

const listBillings: HttpResponseResolver = ({ request }) => {
  const query = new URL(request.url).searchParams
  const upload = query.get('upload_id')
  const status = query.get('status')
  const search = query.get('search')
  const reason = query.get('reason')
  const found = db.billings.filter(
    (billing) =>
      [billing.upload_id, null].includes(upload) &&
      (status === null || billing.status === status) &&
      ofQuick(query.get('quick'))(billing) &&
      (reason === null || billing.reason === reason) &&
      (search === null || keysOf(billing, upload !== null).includes(search)),
  )
  if (upload === null && search !== null && found.length === 0) return problem(422, 'FIELD_INVALID', 'Name the upload …')
  return HttpResponse.json(page(found, request, (billing) => billing.debt_id))
}

const listUploads: HttpResponseResolver = ({ request }) => {
  const query = new URL(request.url).searchParams
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? '9']
  const found = db.uploads.filter(
    ({ name, createdat }) =>
      name.includes(query.get('name') ?? '') && dayOf(createdat) >= from && dayOf(createdat) <= to,
  )
  const days = [...new Set(found.map(({ createdat }) => dayOf(createdat)))].map((day) => {
    const ofDay = db.uploads.filter(({ createdat }) => dayOf(createdat) === day)
    const sum = (of: (upload: Upload) => number) => ofDay.reduce((all, upload) => all + of(upload), 0)
    return { day, files: ofDay.length, billings: sum((one) => one.accepted), amount_cents: sum((one) => one.amount_cents ?? 0) }
  })
  return HttpResponse.json({ ...page(found, request, (upload) => upload.id), days })
}

const listMails: HttpResponseResolver = ({ request }) => {
  const query = new URL(request.url).searchParams
  const [search, upload] = [query.get('search'), query.get('upload_id')]
  const codeOf = Object.fromEntries(db.billings.map((one) => [one.debt_id, one.code]))
  const uploadOf = Object.fromEntries(db.billings.map((one) => [one.debt_id, one.upload_id]))
  const mails = db.mails
    .filter((mail) => search === null || [mail.debt_id, codeOf[mail.debt_id]].includes(search))
    .filter((mail) => uploadOf[mail.debt_id] === undefined || uploadOf[mail.debt_id] === upload)
    .map((mail) => ({
      debt_id: mail.debt_id,
      code: codeOf[mail.debt_id] ?? mail.debt_id,
      name: mail.recipient,
      email: mail.recipient,
      subject: mail.subject,
      sentat: mail.date,
      amount_cents: 100,
      due_date: '2026-12-05',
    }))
  return HttpResponse.json(page(mails, request, (mail) => mail.debt_id))
}

function one(record: object | undefined) {
  return record === undefined
    ? problem(404, 'NOT_FOUND', 'There is no such thing.')
    : HttpResponse.json<object>(record)
}

const pdf = () =>
  new HttpResponse('%PDF-1.4', { headers: { 'Content-Type': 'application/pdf' } })

const createCheck: HttpResponseResolver = () => {
  if (db.check === null) throw new Error('The test says nothing of the file that is sent')
  db.checks = [db.check, ...db.checks]
  return HttpResponse.json(db.check, { status: 201 })
}

/** What a PATCH changes by itself; what else it does to the counts a test says by its own handler. */
const changeCheck: HttpResponseResolver = async ({ params, request }) => {
  const change = (await request.json()) as Partial<UploadCheck>
  db.checks = db.checks.map((check) => (check.id === params.id ? { ...check, ...change } : check))
  return one(db.checks.find((check) => check.id === params.id))
}

function setStatus(id: unknown, status: Upload['status']) {
  db.uploads = db.uploads.map((upload) => (upload.id === id ? { ...upload, status } : upload))
}

const periodOf = (request: Request): [string, string] => {
  const query = new URL(request.url).searchParams
  return [query.get('from') ?? '', query.get('to') ?? '']
}

const NOTHING: SearchAnswer = {
  tried: ['code', 'name'],
  billings: [],
  payers: [],
  more: false,
  pending_uploads: 0,
}

export const server = setupServer(
  http.get('http://127.0.0.1:8888/config.json', () => HttpResponse.json({ apiUrl: API })),
  http.get(url('/about'), () => HttpResponse.json(db.about)),
  http.get(url('/billings/csv/progress'), () => problem(503, 'SERVER', 'No stream.')),
  http.get(url('/billings/csv/uploads'), listUploads),
  http.get(url('/billings/csv/uploads/:id'), ({ params }) =>
    one(db.uploads.find((upload) => upload.id === params.id)),
  ),
  http.delete(url('/billings/csv/uploads/:id'), ({ params }) => {
    setStatus(params.id, 'REMOVED')
    return new HttpResponse(null, { status: 204 })
  }),
  http.post(url('/billings/csv/uploads/:id/pause'), ({ params }) => {
    setStatus(params.id, 'PAUSED')
    return new HttpResponse(null, { status: 204 })
  }),
  http.post(url('/billings/csv/uploads/:id/resume'), ({ params }) => {
    setStatus(params.id, 'PROCESSING')
    return HttpResponse.json({ batches: 1 })
  }),
  http.post(url('/billings/csv/uploads/:id/retry'), ({ params }) => {
    setStatus(params.id, 'PROCESSING')
    return HttpResponse.json({ batches: 1 })
  }),
  http.post(url('/uploads/checks'), createCheck),
  http.get(url('/uploads/checks'), () =>
    HttpResponse.json({
      records: db.checks.filter((check) => check.started_upload_id === null).map(waitingOf),
      next: null,
    }),
  ),
  http.get(url('/uploads/checks/:id'), ({ params }) =>
    one(db.checks.find((check) => check.id === params.id)),
  ),
  http.patch(url('/uploads/checks/:id'), changeCheck),
  http.post(url('/uploads/checks/:id/start'), () => HttpResponse.json(db.answer)),
  http.delete(url('/uploads/checks/:id'), ({ params }) => {
    db.checks = db.checks.filter((check) => check.id !== params.id)
    return new HttpResponse(null, { status: 204 })
  }),
  http.get(url('/overview'), ({ request }) =>
    HttpResponse.json(makeOverview(...periodOf(request), db.days, db.overview)),
  ),
  http.get(url('/payments/received'), ({ request }) => HttpResponse.json(makeReceived(...periodOf(request)))),
  http.get(url('/search'), ({ request }) => {
    const asked = new URL(request.url).searchParams.get('q') ?? ''
    return HttpResponse.json(db.found[asked] ?? { ...NOTHING, pending_uploads: db.pending })
  }),
  http.get(url('/payers/:id'), ({ params }) =>
    one(db.payers.find((payer) => payer.payer_id === params.id)),
  ),
  http.get(url('/payers/:id/billings'), ({ params, request }) => {
    const payer = db.payers.find((each) => each.payer_id === params.id)
    const theirs = db.billings.filter((billing) => billing.tax_id === payer?.tax_id)
    return HttpResponse.json(page(theirs, request, (billing) => billing.debt_id, 'before'))
  }),
  http.get(url('/jobs'), () => HttpResponse.json({ records: [], next: null })),
  http.get(url('/billings'), listBillings),
  http.get(url('/billings/counts'), countBillings),
  http.get(url('/billings/:id'), ({ params }) =>
    one(db.billings.find((billing) => billing.debt_id === params.id)),
  ),
  http.get(url('/billings/:id/pdf'), pdf),
  http.get(url('/billings/:id/ledger'), ({ params }) => {
    const billing = db.billings.find((known) => known.debt_id === params.id)
    return one(billing && makeLedger({ status: billing.status, title_cents: billing.amount_cents }))
  }),
  http.get(url('/remittances/refused'), () => HttpResponse.json({ records: [], next: null })),
  http.get(url('/mail/holds'), () => HttpResponse.json({ holds: db.holds })),
  http.post(url('/mail/resume'), () => {
    db.holds = []
    return HttpResponse.json({ batches: 1 })
  }),
  http.get(url('/mail/bounces'), ({ request }) =>
    HttpResponse.json(page(db.bounces, request, (bounce) => bounce.debt_id)),
  ),
  http.get(url('/mailbox'), listMails),
  http.get(url('/mailbox/:id'), ({ params }) =>
    one(db.mails.find((mail) => mail.debt_id === params.id)),
  ),
)
