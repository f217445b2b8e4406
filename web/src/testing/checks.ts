/** Checks for the faked API. */
import type { CheckProblem, UploadCheck, WaitingCheck } from '@/lib/schemas'

const NAMES = ['Nome', 'CPF', 'E-mail', 'Valor', 'Vencimento', 'Contrato', 'Telefone']
const MEANINGS = ['name', 'governmentId', 'email', 'debtAmount', 'debtDueDate', 'debtId']

export function makeCheck(fields: Partial<UploadCheck> = {}): UploadCheck {
  return {
    id: 'check-1',
    name: 'novo.csv',
    size_bytes: 150,
    mail: 'outbox',
    createdat: '2026-11-24T12:00:00Z',
    expiresat: '2026-11-25T12:00:00Z',
    started_upload_id: null,
    repeated_upload_id: null,
    refusal: null,
    records: 10_000,
    accepted: 9_880,
    rejected: 100,
    duplicates: 20,
    conflicts: 3,
    amount_cents: 123_456_789,
    amount_min_cents: 5_000,
    amount_max_cents: 999_800,
    due_date_first: '2026-12-20',
    due_date_last: '2027-03-31',
    warnings: {},
    rejects_by_code: {},
    problems: [],
    first_rows: [
      {
        line_number: 2,
        values: {
          name: 'Ana Conceição',
          governmentId: '11144477735',
          email: 'ana@exemplo.com.br',
          debtAmount: '1234.50',
          debtDueDate: '2026-12-20',
          debtId: 'CTR-1',
        },
      },
    ],
    read_as: {
      encoding: 'windows-1252',
      delimiter: ';',
      decimals: 'comma',
      dates: 'day-first',
      header: NAMES,
      columns: MEANINGS.map((official, position) => ({
        official,
        position,
        name: NAMES[position] ?? '',
      })),
      ignored: ['Telefone'],
      sheet: null,
      sheets: [],
    },
    columns: {},
    repairs: { lost_zeros: false, thousands: false, past_due_dates: null },
    ...fields,
  }
}

export function makeProblem(fields: Partial<CheckProblem> = {}): CheckProblem {
  return {
    kind: 'rejected',
    code: 'AMOUNT_FORMAT',
    column: 'debtAmount',
    count: 11,
    repair: null,
    message: 'Valor: não é um valor; escreva como 1.234,56.',
    examples: [
      {
        line_number: 5,
        message: 'Valor: não é um valor; escreva como 1.234,56.',
        values: { debtAmount: 'nada', name: 'Ana', debtId: 'CTR-9' },
      },
    ],
    ...fields,
  }
}

/** A check as a list tells of it. */
export function waitingOf(check: UploadCheck): WaitingCheck {
  const { id, name, size_bytes, mail, createdat, expiresat } = check
  const { records, accepted, rejected, duplicates, amount_cents } = check
  return {
    id, name, size_bytes, mail, createdat, expiresat,
    records, accepted, rejected, duplicates, amount_cents, refusal: check.refusal?.code ?? null,
  }
}
