/**
 * A stand-in for the API and for the page's server, for work on the page without the product.
 * `node dev/mock-server.mjs` serves the built page on 8888 and the API on 8000, all in memory.
 * Settings: MOCK_UI_PORT, MOCK_API_PORT, MOCK_KEY (asks for that key), MOCK_ROWS_PER_S, MOCK_SEED=0.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const UI_PORT = Number(process.env.MOCK_UI_PORT ?? 8888)
const API_PORT = Number(process.env.MOCK_API_PORT ?? 8000)
const KEY = process.env.MOCK_KEY ?? ''
const ROWS_PER_S = Number(process.env.MOCK_ROWS_PER_S ?? 0)
const DIST = fileURLToPath(new URL('../../src/cobranca/web_dist', import.meta.url))
const ROWS_KEPT = 400
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; connect-src 'self' http: https:; frame-src blob: 'self'; " +
  "worker-src 'self' blob:; font-src 'self'"
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
}

/** @type {Map<string, any>} */ const uploads = new Map()
/** @type {Map<string, any>} */ const billings = new Map()
const hashes = new Map()
const streams = new Set()

const now = () => new Date().toISOString()
const newest = () => [...uploads.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
let ordinal = 0
const newId = () => `0194${String(++ordinal).padStart(4, '0')}-${randomUUID().slice(9)}`

function countStatuses(upload) {
  const done = Math.min(upload.done, upload.accepted)
  const failed = Math.min(upload.failed, done)
  const issued = Math.min(Math.floor(upload.accepted * 0.15), upload.accepted - done)
  const atRest = done === upload.accepted
  upload.statuses = {
    ACKNOWLEDGED: upload.accepted - done - (atRest ? 0 : issued),
    ISSUED: atRest ? 0 : issued,
    SENT: done - failed,
    FAILED: failed,
    UNCERTAIN: 0,
    REMOVED: 0,
  }
  upload.progress = upload.accepted === 0 ? 1 : done / upload.accepted
}

function makeUpload(name, fields) {
  const upload = {
    id: newId(),
    name,
    createdat: now(),
    updatedat: now(),
    status: 'ACKNOWLEDGED',
    size_bytes: 0,
    records: 0,
    accepted: 0,
    rejected: 0,
    duplicates: 0,
    conflicts: 0,
    warnings: {},
    statuses: {},
    progress: 0,
    mail: 'outbox',
    encoding: 'utf-8',
    delimiter: ',',
    removedat: null,
    last_error: null,
    done: 0,
    failed: 0,
    ...fields,
  }
  countStatuses(upload)
  uploads.set(upload.id, upload)
  return upload
}

function makeBilling(upload, lineNumber, row) {
  const sequence = String(billings.size + 1).padStart(8, '0')
  billings.set(row.debt_id, {
    ...row,
    upload_id: upload.id,
    line_number: lineNumber,
    warnings: /^\d{11}$|^\d{14}$/.test(row.tax_id) ? [] : ['TAX_ID_INVALID'],
    createdat: upload.createdat,
    removedat: null,
    our_number: `109/${sequence}-7`,
    digitable_line: `34191.09${sequence.slice(0, 3)}1 ${sequence.slice(3)}.728770 00035.931004 2 1327000${String(row.amount_cents).padStart(7, '0').slice(-7)}`
      .replace(/\D/g, '')
      .padEnd(47, '0')
      .slice(0, 47),
  })
}

const FIRST = ['Ana', 'Bruno', 'Carla', 'Diego', 'Elisa', 'Fábio', 'Gabriela', 'Heitor', 'Íris', 'João']
const LAST = ['Almeida', 'Barbosa', 'Conceição', 'Dias', 'Esteves', 'Farias', 'Gonçalves', 'Hora', 'Inácio']

function sampleRow(index) {
  const name = `${FIRST[index % 10]} ${LAST[index % 9]} ${LAST[(index * 7 + 3) % 9]}`
  const plain = name.normalize('NFD').replace(/[^a-z ]/gi, '').toLowerCase().replaceAll(' ', '.')
  return {
    debt_id: randomUUID(),
    name,
    tax_id: index % 3 ? String(10000000000 + index * 7919).slice(0, 11) : String(1000 + (index % 9000)),
    email: `${plain}${index}@exemplo.com.br`,
    amount_cents: ((index * 7_919_113) % 1_000_000) + 1_250,
    due_date: `2026-12-${String((index % 28) + 1).padStart(2, '0')}`,
  }
}

function statusOf(billing) {
  if (billing.removedat) return 'REMOVED'
  const upload = uploads.get(billing.upload_id)
  if (upload.status === 'REMOVED') return 'REMOVED'
  const position = (billing.line_number - 1) / Math.max(1, Math.min(upload.accepted, ROWS_KEPT))
  if (upload.failed > 0 && billing.line_number % 97 === 3) return 'FAILED'
  if (position <= upload.progress) return 'SENT'
  return position <= upload.progress + 0.15 ? 'ISSUED' : 'ACKNOWLEDGED'
}

function showBilling(billing) {
  const status = statusOf(billing)
  const isIssued = status !== 'ACKNOWLEDGED'
  return {
    ...billing,
    status,
    our_number: isIssued ? billing.our_number : null,
    digitable_line: isIssued ? billing.digitable_line : null,
  }
}

function seed() {
  const past = makeUpload('condominio-aurora-novembro.csv', {
    size_bytes: 48_213,
    records: 512,
    accepted: 498,
    rejected: 11,
    duplicates: 3,
    warnings: { TAX_ID_INVALID: 160 },
    done: 498,
    status: 'SENT',
    createdat: '2026-11-20T12:14:09Z',
  })
  const bad = makeUpload('mensalidades_escola.csv', {
    size_bytes: 1_904_210,
    records: 20_000,
    accepted: 19_988,
    rejected: 12,
    done: 19_988,
    failed: 41,
    mail: 'smtp',
    status: 'ATTENTION',
    last_error: '41 mails were refused by the server (550 mailbox unavailable)',
    createdat: '2026-11-22T17:40:31Z',
  })
  makeUpload('teste.csv', {
    size_bytes: 812,
    records: 7,
    accepted: 7,
    done: 3,
    status: 'REMOVED',
    removedat: '2026-11-22T18:00:00Z',
  })
  for (const upload of [past, bad]) {
    countStatuses(upload)
    for (let row = 0; row < ROWS_KEPT; row += 1) makeBilling(upload, row + 2, sampleRow(row + ordinal * 1000))
  }
}

function tick() {
  let changed = false
  for (const upload of uploads.values()) {
    if (!['ACKNOWLEDGED', 'PROCESSING'].includes(upload.status)) continue
    upload.done += Math.ceil(ROWS_PER_S > 0 ? ROWS_PER_S / 2 : Math.max(upload.accepted / 16, 1))
    upload.status = upload.done >= upload.accepted ? 'SENT' : 'PROCESSING'
    upload.updatedat = now()
    countStatuses(upload)
    changed = true
  }
  if (changed) streams.forEach((send) => send())
}

const json = (response, value, status = 200) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))

function problem(response, status, code, detail) {
  response.writeHead(status, { 'Content-Type': 'application/problem+json' })
  response.end(JSON.stringify({ type: 'about:blank', title: code, status, detail, code }))
}

function page(records, query, idOf) {
  const limit = Number(query.get('limit') ?? 50)
  const after = query.get('after')
  const start = after ? records.findIndex((record) => idOf(record) === after) + 1 : 0
  const shown = records.slice(start, start + limit)
  return { records: shown, next: start + limit < records.length ? idOf(shown.at(-1)) : null }
}

function fileFrom(body) {
  const end = body.indexOf('\r\n\r\n')
  const boundary = body.subarray(0, body.indexOf('\r\n')).toString()
  const name = /filename="([^"]*)"/.exec(body.subarray(0, end).toString())?.[1] ?? 'upload.csv'
  return { name, bytes: body.subarray(end + 4, body.lastIndexOf(`\r\n${boundary}`)) }
}

function ingest(response, body) {
  const { name, bytes } = fileFrom(body)
  const lines = bytes.toString('utf8').replace(/^\ufeff/, '').split(/\r?\n/).filter((line) => line.trim())
  if (lines.length === 0) return problem(response, 422, 'NO_HEADER', 'The file has no header line.')
  if (!/debtId|vencimento/i.test(lines[0])) {
    return problem(response, 422, 'MISSING_COLUMNS', 'Columns missing: debtId, debtAmount.')
  }
  if (lines.length === 1) return problem(response, 422, 'NO_ROWS', 'The file has a header and no rows.')
  const hash = createHash('sha256').update(bytes).digest('hex')
  const repeated = hashes.has(hash)
  const upload = repeated ? uploads.get(hashes.get(hash)) : store(name, bytes.length, lines.slice(1))
  hashes.set(hash, upload.id)
  json(response, {
    message: 'ok',
    upload_id: upload.id,
    name,
    repeated,
    records: upload.records,
    accepted: upload.accepted,
    rejected: upload.rejected,
    duplicates: upload.duplicates,
    conflicts: upload.conflicts,
    warnings: upload.warnings,
    rejects_by_code: upload.rejected > 0 ? { AMOUNT_INVALID: upload.rejected } : {},
    encoding: 'utf-8',
    delimiter: ',',
  })
}

function store(name, size, rows) {
  const isGood = (cells) => cells.length >= 6 && Number(cells[3]) > 0
  const parsed = rows.map((row) => row.split(','))
  const good = parsed.filter(isGood)
  const unknown = good.filter((cells) => !billings.has(cells[5].trim()))
  const upload = makeUpload(name, {
    size_bytes: size,
    records: rows.length,
    accepted: unknown.length,
    rejected: rows.length - good.length,
    duplicates: good.length - unknown.length,
    conflicts: Math.min(1, good.length - unknown.length),
    warnings: { TAX_ID_INVALID: unknown.length, DUE_DATE_PAST: Math.floor(unknown.length / 2) },
  })
  unknown.slice(0, ROWS_KEPT).forEach(([person, taxId, email, amount, due, debtId], index) =>
    makeBilling(upload, index + 2, {
      debt_id: debtId.trim(),
      name: person,
      tax_id: taxId,
      email,
      amount_cents: Math.round(Number(amount) * 100),
      due_date: due,
    }),
  )
  return upload
}

function upload(request, response) {
  const pieces = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => setTimeout(() => ingest(response, Buffer.concat(pieces)), 700))
}

function stream(request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  const send = () =>
    response.write(`event: uploads\ndata: ${JSON.stringify({ records: newest().slice(0, 50) })}\n\n`)
  const beat = setInterval(() => response.write(': beat\n\n'), 10_000)
  send()
  streams.add(send)
  request.on('close', () => {
    clearInterval(beat)
    streams.delete(send)
  })
}

function matches(billing, query) {
  const search = query.get('search')?.toLowerCase()
  const status = query.get('status')
  return (
    (!query.get('upload_id') || billing.upload_id === query.get('upload_id')) &&
    (!status || statusOf(billing) === status) &&
    (!search || [billing.debt_id, billing.tax_id, billing.email.toLowerCase()].includes(search))
  )
}

const listBillings = (query) => [...billings.values()].filter((billing) => matches(billing, query))

function mailOf(billing) {
  return {
    debt_id: billing.debt_id,
    name: billing.name,
    email: billing.email,
    subject: 'Seu boleto de Escola Exemplo',
    sentat: uploads.get(billing.upload_id).updatedat,
    amount_cents: billing.amount_cents,
    due_date: billing.due_date,
  }
}

function mailDetail(billing) {
  const line = billing.digitable_line
  const value = `R$ ${(billing.amount_cents / 100).toFixed(2).replace('.', ',')}`
  return {
    debt_id: billing.debt_id,
    message_id: `<${billing.debt_id}@cobranca.exemplo>`,
    sender: 'Escola Exemplo <cobranca@exemplo.com.br>',
    recipient: `${billing.name} <${billing.email}>`,
    subject: mailOf(billing).subject,
    date: mailOf(billing).sentat,
    text: `Olá, ${billing.name}.\n\nSegue o boleto de ${value}.\n\nLinha digitável:\n${line}\n`,
    html: `<div style="font-family:sans-serif;color:#222;max-width:560px;margin:auto;padding:24px">
      <h2 style="color:#0c3b3a">Olá, ${billing.name}</h2><p>Segue o boleto com vencimento em
      <b>${billing.due_date}</b>, no valor de <b>${value}</b>.</p>
      <p style="background:#f3f1ea;padding:12px;font-family:monospace">${line}</p>
      <p><script>document.body.textContent='script ran'</script>O PDF está em anexo.</p></div>`,
    attachments: [{ name: 'boleto.pdf', size_bytes: 5_120, media_type: 'application/pdf' }],
  }
}

function pdf(billing) {
  const ascii = billing.name.normalize('NFD').replace(/[^\x20-\x7e]/g, '')
  const text = `BT /F1 20 Tf 60 760 Td (Boleto - ${ascii}) Tj 0 -34 Td /F1 12 Tf (${billing.digitable_line}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let body = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const at = body.length
    body += `${index + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  return `${body}xref\n0 6\n0000000000 65535 f \n${table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF`
}

function history(billing) {
  const steps = { ACKNOWLEDGED: 1, ISSUED: 2, SENT: 3, FAILED: 2, REMOVED: 1 }[billing.status] ?? 1
  const passed = ['ACKNOWLEDGED', 'ISSUED', 'SENT'].slice(0, steps)
  const ends = ['FAILED', 'REMOVED'].includes(billing.status) ? [billing.status] : []
  return [...passed, ...ends].map((status) => ({
    status,
    at: uploads.get(billing.upload_id).updatedat,
    detail: status === 'FAILED' ? '550 mailbox unavailable' : null,
  }))
}

function oneUpload(request, response, [id, part]) {
  const found = uploads.get(id)
  if (!found) return problem(response, 404, 'NOT_FOUND', 'There is no such upload.')
  if (part === 'rejects') {
    response.writeHead(200, { 'Content-Type': 'text/csv' })
    return response.end('line_number,column,code,message\n3,debtAmount,AMOUNT_INVALID,Not a number\n')
  }
  if (request.method === 'DELETE') {
    Object.assign(found, { status: 'REMOVED', removedat: now(), updatedat: now() })
    streams.forEach((send) => send())
    return response.writeHead(204).end()
  }
  return json(response, found)
}

function oneBilling(request, response, [id, part]) {
  const found = billings.get(id)
  if (!found) return problem(response, 404, 'NOT_FOUND', 'There is no such billing.')
  if (part === 'pdf') return response.writeHead(200, { 'Content-Type': 'application/pdf' }).end(pdf(found))
  if (request.method === 'DELETE') {
    found.removedat = now()
    return response.writeHead(204).end()
  }
  const shown = showBilling(found)
  return json(response, { ...shown, history: history(shown), barcode: shown.digitable_line?.slice(0, 44) ?? null })
}

function mailbox(response, id, part, query) {
  if (!id) {
    const sent = listBillings(query).filter((billing) => statusOf(billing) === 'SENT')
    return json(response, page(sent.map(mailOf), query, (mail) => mail.debt_id))
  }
  const found = billings.get(id)
  if (!found) return problem(response, 404, 'NOT_FOUND', 'There is no such mail.')
  if (part === 'eml') return response.writeHead(200, { 'Content-Type': 'message/rfc822' }).end('Subject: x\r\n\r\n')
  return json(response, mailDetail(found))
}

/** A few of what was sent by SMTP came back. */
function listBounces(query) {
  const sent = listBillings(query).filter((billing) => statusOf(billing) === 'SENT')
  const bounces = sent.slice(0, 45).map((billing, index) => ({
    debt_id: billing.debt_id,
    name: billing.name,
    email: billing.email,
    at: uploads.get(billing.upload_id).updatedat,
    status: index % 3 === 0 ? '5.2.2' : '5.1.1',
    detail: index % 3 === 0 ? '552 5.2.2 mailbox full' : '550 5.1.1 user unknown',
    suppressed: index % 3 !== 0,
  }))
  return page(bounces, query, (bounce) => bounce.debt_id)
}

const about = {
  version: '0.0.0',
  bank: '341',
  bank_name: 'Itaú Unibanco',
  wallet: '109',
  beneficiary: 'Escola Exemplo Ltda.',
  demonstration: true,
  warnings: [],
  mail: 'outbox',
  upload_bytes_max: 2 * 1024 ** 3,
  needs_key: KEY !== '',
}

function route(request, response) {
  const { pathname, searchParams: query } = new URL(request.url, 'http://localhost')
  const parts = pathname.split('/').slice(1).map(decodeURIComponent)
  if (pathname === '/about') return json(response, about)
  if (pathname === '/billings/csv/upload') return upload(request, response)
  if (pathname === '/billings/csv/progress') return stream(request, response)
  if (pathname === '/billings/csv/uploads') return json(response, page(newest(), query, (item) => item.id))
  if (pathname.startsWith('/billings/csv/uploads/')) return oneUpload(request, response, parts.slice(3))
  if (pathname === '/billings') return json(response, page(listBillings(query).map(showBilling), query, (item) => item.debt_id))
  if (parts[0] === 'billings') return oneBilling(request, response, parts.slice(1))
  if (pathname === '/mail/bounces') return json(response, listBounces(query))
  if (pathname === '/mail/bounces.csv') {
    response.writeHead(200, { 'Content-Type': 'text/csv' })
    return response.end('name;email;debtId;at;status;detail;suppressed\n')
  }
  if (parts[0] === 'mailbox') return mailbox(response, parts[1], parts[2], query)
  return problem(response, 404, 'NOT_FOUND', 'There is no such path.')
}

const api = createServer((request, response) => {
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*')
  response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type')
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE')
  if (request.method === 'OPTIONS') return response.writeHead(204).end()
  if (KEY !== '' && request.headers.authorization !== `Bearer ${KEY}`) {
    return problem(response, 401, 'UNAUTHORIZED', 'An API key is needed.')
  }
  return route(request, response)
})

const ui = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname
  if (path === '/config.json') return json(response, { apiUrl: `http://127.0.0.1:${API_PORT}` })
  const file = join(DIST, normalize(path === '/' ? '/index.html' : path))
  if (!file.startsWith(DIST) || !existsSync(file)) return response.writeHead(404).end()
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': POLICY,
  })
  return createReadStream(file).pipe(response)
})

if (process.env.MOCK_SEED !== '0') seed()
setInterval(tick, 500)
api.listen(API_PORT, '127.0.0.1')
ui.listen(UI_PORT, '127.0.0.1')
console.log(`page http://127.0.0.1:${UI_PORT}  API http://127.0.0.1:${API_PORT}`)
