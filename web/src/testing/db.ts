/** What the faked API holds. A test puts in what it needs; each test begins with nothing. */
import type { About, BillingDetail, Bounce, MailDetail, MailHold, Overview, OverviewDay, Payer, SearchAnswer, Upload, UploadAnswer, UploadCheck } from '@/lib/schemas'

export type Db = {
  about: About
  uploads: Upload[]
  billings: BillingDetail[]
  mails: MailDetail[]
  bounces: Bounce[]
  holds: MailHold[]
  checks: UploadCheck[]
  /** Days on which files came, and what else a period says. */
  days: OverviewDay[]
  overview: Partial<Overview>
  payers: Payer[]
  /** What is found by a text; of any other nothing is. */
  found: Partial<Record<string, SearchAnswer>>
  /** Files that are not searchable yet. */
  pending: number
  /** What the next file that is sent is found to be. */
  check: UploadCheck | null
  answer: UploadAnswer | null
}

export function emptyDb(): Db {
  return {
    about: {
      version: '1.2.3',
      bank: '341',
      bank_name: 'Itaú',
      wallet: '109',
      beneficiary: 'Escola Exemplo',
      demonstration: true,
      warnings: [],
      mail: 'outbox',
      upload_bytes_max: 1_000_000,
      needs_key: false,
    },
    uploads: [],
    billings: [],
    mails: [],
    bounces: [],
    holds: [],
    checks: [],
    days: [],
    overview: {},
    payers: [],
    found: {},
    pending: 0,
    check: null,
    answer: null,
  }
}

export const db: Db = emptyDb()

let ordinal = 0

export function makeUpload(fields: Partial<Upload> = {}): Upload {
  ordinal += 1
  return {
    id: `upload-${ordinal}`,
    name: `arquivo-${ordinal}.csv`,
    createdat: '2026-11-24T12:00:00Z',
    updatedat: '2026-11-24T12:00:00Z',
    status: 'SENT',
    size_bytes: 2_048,
    records: 1_500,
    accepted: 1_490,
    rejected: 10,
    rejected_open: fields.rejected ?? 10,
    corrects: null,
    duplicates: 0,
    conflicts: 0,
    amount_cents: 149_000_00,
    warnings: {},
    statuses: { SENT: 1_490 },
    paid: 0,
    paid_cents: 0,
    refused: 0,
    mailed: (fields.statuses ?? { SENT: 1_490 }).SENT ?? 0,
    progress: 1,
    mail: 'outbox',
    encoding: 'utf-8',
    delimiter: ',',
    sheet: null,
    removedat: null,
    pausedat: null,
    last_error: null,
    beneficiary: 'Escola Exemplo',
    beneficiary_tax_id: '11222333000181',
    ...fields,
  }
}

export function makeAnswer(fields: Partial<UploadAnswer> = {}): UploadAnswer {
  return {
    message: 'ok',
    upload_id: 'upload-new',
    name: 'novo.csv',
    repeated: false,
    records: 1_234,
    accepted: 1_200,
    rejected: 30,
    duplicates: 4,
    conflicts: 1,
    amount_cents: 120_000_00,
    warnings: { TAX_ID_INVALID: 1_200 },
    rejects_by_code: { AMOUNT_FORMAT: 30 },
    encoding: 'utf-8',
    delimiter: ',',
    sheet: null,
    ...fields,
  }
}

const NO_TERMS: BillingDetail['terms'] = {
  fine: { cents: 0, basis_points: 0 },
  interest: { cents: 0, basis_points: 0 },
  discounts: [],
  rebate_cents: 0,
  payment_limit: null,
  protest_days: 0,
  write_off_days: 0,
  sentences: [],
}

export function makeBilling(fields: Partial<BillingDetail> = {}): BillingDetail {
  ordinal += 1
  return {
    debt_id: `debt-${ordinal}`,
    code: `CTR-${ordinal}`,
    issue: 0,
    pix: null,
    replaces: [],
    upload_id: 'upload-1',
    line_number: ordinal,
    name: `Pagadora ${ordinal}`,
    tax_id: '11144477735',
    email: `pagadora${ordinal}@exemplo.com.br`,
    amount_cents: 123_456,
    due_date: '2026-12-05',
    status: 'SENT',
    warnings: [],
    createdat: '2026-11-24T12:00:00Z',
    removedat: null,
    reason: null,
    returned: false,
    our_number: '109/00000001-7',
    digitable_line: '34191090000000100728777000359310042132700000123456'.slice(0, 47),
    history: [
      { status: 'ACKNOWLEDGED', at: '2026-11-24T12:00:00Z', detail: null },
      { status: 'SENT', at: '2026-11-24T12:01:00Z', detail: null },
    ],
    barcode: null,
    document_number: null,
    instalment: null,
    message: null,
    phone: null,
    copies: [],
    address: null,
    terms: NO_TERMS,
    ...fields,
  }
}

export function makeMail(fields: Partial<MailDetail> = {}): MailDetail {
  ordinal += 1
  return {
    debt_id: `debt-${ordinal}`,
    message_id: '<1@exemplo>',
    sender: 'Escola <cobranca@exemplo.com.br>',
    recipient: `Pagadora ${ordinal} <pagadora${ordinal}@exemplo.com.br>`,
    subject: `Seu boleto ${ordinal}`,
    date: '2026-11-24T12:00:00Z',
    text: 'Texto simples da mensagem',
    html: '<p>Mensagem formatada</p>',
    attachments: [{ name: 'boleto.pdf', size_bytes: 5_000, media_type: 'application/pdf' }],
    ...fields,
  }
}

export function makeBounce(fields: Partial<Bounce> = {}): Bounce {
  ordinal += 1
  return {
    debt_id: `debt-${ordinal}`,
    code: `CTR-${ordinal}`,
    name: `Pagadora ${ordinal}`,
    email: `pagadora${ordinal}@exemplo.com.br`,
    at: '2026-11-24T12:02:00Z',
    status: '5.1.1',
    detail: '550 5.1.1 no such user',
    suppressed: true,
    ...fields,
  }
}

export function makePayer(fields: Partial<Payer> = {}): Payer {
  ordinal += 1
  return {
    payer_id: `payer-${ordinal}`,
    tax_id: '11144477735',
    names: ['Ana Souza'],
    emails: ['ana@exemplo.com.br'],
    totals: [{ status: 'SENT', billings: 1, amount_cents: 123_456 }],
    ...fields,
  }
}

export function makeFound(fields: Partial<SearchAnswer> = {}): SearchAnswer {
  return { tried: ['name'], billings: [], payers: [], more: false, pending_uploads: 0, ...fields }
}
