/** What the faked API tells of the bank. */
import type { Ledger, Remittance, RemittancePreview, ReturnFile, ReturnRecord, Suspense } from '@/lib/schemas'

export function makePreview(fields: Partial<RemittancePreview> = {}): RemittancePreview {
  return {
    layout: 'itau-400',
    warnings: [],
    titles: 18,
    amount_cents: 1_800_000,
    write_offs: 0,
    files: 1,
    held_back: [],
    ...fields,
  }
}

export function makeRemittance(fields: Partial<Remittance> = {}): Remittance {
  return {
    id: 'remittance-1',
    order_id: 'order-1',
    upload_id: null,
    sequence: 7,
    layout: 'itau-400',
    name: 'CB291107.REM',
    sha256: 'ab',
    size_bytes: 8_040,
    titles: 18,
    amount_cents: 1_800_000,
    createdat: '2026-11-29T12:00:00Z',
    delivery: 'NONE',
    deliveredat: null,
    delivery_error: null,
    ...fields,
  }
}

const NO_TALLY = {
  records: 0,
  matched: 0,
  posted: 0,
  suspense: 0,
  held: 0,
  listed: 0,
  unknown: 0,
  kept: 0,
  posted_cents: 0,
  suspense_cents: 0,
  held_cents: 0,
  credited_cents: 0,
  kinds: {},
  notes: {},
}

export const makeTally = (fields: Partial<NonNullable<ReturnFile['tally']>>) => ({ ...NO_TALLY, ...fields })

export function makeReturn(fields: Partial<ReturnFile> = {}): ReturnFile {
  return {
    return_id: 'return-1',
    name: 'CN29117A.RET',
    size_bytes: 8_442,
    came_by: 'api',
    receivedat: '2026-11-29T12:00:00Z',
    readat: '2026-11-29T12:00:01Z',
    verdict: 'accept',
    code: null,
    message: null,
    line: null,
    first_place: null,
    last_place: null,
    bank: '341',
    layout: 400,
    agreement: '0057 12345',
    created_on: '2026-11-29',
    sequence: '12',
    repeats: null,
    lines: 21,
    shown_only: false,
    postedat: '2026-11-29T12:00:01Z',
    tally: makeTally({ records: 20, matched: 19, posted: 18, posted_cents: 1_800_000, suspense: 1, suspense_cents: 5_000 }),
    ...fields,
  }
}

export function makeRecord(fields: Partial<ReturnRecord> = {}): ReturnRecord {
  return {
    line: 2,
    occurrence: '06',
    kind: 'PAID',
    text: 'Liquidação normal',
    fate: 'POSTED',
    note: null,
    reasons: [],
    our_number: '00000012',
    debt_id: 'debt-a',
    code: 'CTR-1',
    title_cents: 100_000,
    paid_cents: 100_000,
    occurred_on: '2026-11-28',
    credited_on: '2026-11-29',
    ...fields,
  }
}

export function makeSuspense(fields: Partial<Suspense> = {}): Suspense {
  return {
    suspense_id: 'suspense-1',
    teller: 'bank',
    return_id: 'return-1',
    line: 20,
    why: {
      code: 'UNKNOWN_TITLE',
      text: 'O nosso número não é de nenhuma cobrança sua.',
      advice: 'Se for dinheiro, ficou em suspenso: indique a cobrança, ou descarte.',
    },
    reference: '99999999',
    probable_code: null,
    paid_cents: 5_000,
    paid_on: '2026-11-28',
    credited_on: '2026-11-29',
    toldat: '2026-11-29T12:00:01Z',
    end: null,
    ...fields,
  }
}

export function makeLedger(fields: Partial<Ledger> = {}): Ledger {
  const title = fields.title_cents ?? 100_000
  return {
    status: 'SENT',
    title_cents: title,
    paid_cents: 0,
    receivable_cents: title,
    overpaid_cents: 0,
    balances: {},
    payments: [],
    unanswered_reversals: 0,
    occurrences: [],
    acts: [],
    ...fields,
  }
}
