/** Numbers, money and dates as people here write them. Money comes in integer cents. */

export type Locale = 'pt-BR' | 'en'

/** Whole percent, rounded down: never 100 before the end. The sliver undoes binary fractions. */
export function wholePercent(share: number): number {
  return share < 1 ? Math.min(Math.floor(share * 100 + 1e-9), 99) : 100
}

const CENTS_PER_REAL = 100n
const BYTES_PER_UNIT = 1024
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

export type Format = {
  integer: (value: number) => string
  percent: (share: number) => string
  money: (cents: number) => string
  bytes: (size: number) => string
  /** A date without time (`2026-11-24`): never moved by a time zone. */
  date: (isoDate: string) => string
  /** An instant, in the reader's own time zone. */
  instant: (isoInstant: string) => string
  /** A day in full, for a page's head. */
  today: (now: Date) => string
  /** A date without time in full, with the day of the week. */
  weekday: (isoDate: string) => string
  /** A share with one decimal, never 100 before all is there. */
  share: (share: number) => string
}

/** `1234567` cents to `R$ 12.345,67`, by whole numbers only. */
function moneyFormat(locale: Locale): (cents: number) => string {
  const reais = new Intl.NumberFormat(locale === 'en' ? 'en-US' : locale)
  const mark = locale === 'en' ? '.' : ','
  return (cents) => {
    const absolute = BigInt(Math.abs(cents))
    const fraction = String(absolute % CENTS_PER_REAL).padStart(2, '0')
    const sign = cents < 0 ? '-' : ''
    return `${sign}R$\u00a0${reais.format(absolute / CENTS_PER_REAL)}${mark}${fraction}`
  }
}

function bytesFormat(language: string): (size: number) => string {
  const digits = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  return (size) => {
    let value = size
    let unit = 0
    while (value >= BYTES_PER_UNIT && unit < UNITS.length - 1) {
      value /= BYTES_PER_UNIT
      unit += 1
    }
    return `${digits.format(value)} ${UNITS[unit] ?? ''}`
  }
}

function dateFormat(language: string): (isoDate: string) => string {
  const format = new Intl.DateTimeFormat(
    language,
    language === 'pt-BR'
      ? { timeZone: 'UTC' }
      : { timeZone: 'UTC', day: '2-digit', month: 'short', year: 'numeric' },
  )
  return (isoDate) => {
    const at = Date.parse(`${isoDate.slice(0, 10)}T00:00:00Z`)
    return Number.isNaN(at) ? isoDate : format.format(at)
  }
}

function instantFormat(language: string): (isoInstant: string) => string {
  const format = new Intl.DateTimeFormat(language, {
    day: '2-digit',
    month: language === 'pt-BR' ? '2-digit' : 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
  return (isoInstant) => {
    const at = Date.parse(isoInstant)
    if (Number.isNaN(at)) return isoInstant
    const text = format.format(at)
    return language === 'pt-BR' ? text.replace(',', '') : text
  }
}

export function makeFormat(locale: Locale): Format {
  const language = locale === 'en' ? 'en-US' : 'pt-BR'
  const integer = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'full' })
  const dayInFull = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' })
  const tenths = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  return {
    integer: (value) => integer.format(value),
    percent: (share) => percent.format(wholePercent(share) / 100),
    money: moneyFormat(locale),
    bytes: bytesFormat(language),
    date: dateFormat(language),
    instant: instantFormat(language),
    today: (now) => day.format(now),
    weekday: (isoDate) => dayInFull.format(Date.parse(`${isoDate}T00:00:00Z`)),
    share: (share) => tenths.format(share < 1 ? Math.min(Math.floor(share * 1_000 + 1e-9), 999) / 1_000 : 1),
  }
}

/** An amount as the API reads it of a file, `1234.56` or `1234`, in cents. */
export function centsOf(amount: string): number {
  const [whole = '', fraction = ''] = amount.split('.')
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0').slice(0, 2))
}

/** `00190000090312345678...` to the five groups printed on a boleto; other lengths are left alone. */
export function formatDigitableLine(line: string): string {
  const digits = line.replace(/\D/g, '')
  if (digits.length !== 47) return line
  const cut = (from: number, to: number) => digits.slice(from, to)
  return [
    `${cut(0, 5)}.${cut(5, 10)}`,
    `${cut(10, 15)}.${cut(15, 21)}`,
    `${cut(21, 26)}.${cut(26, 32)}`,
    cut(32, 33),
    cut(33, 47),
  ].join(' ')
}

/** CPF and CNPJ (letters allowed) with their marks; anything else (the official file's 4 digits) as it is. */
export function formatTaxId(taxId: string): string {
  if (/^\d{11}$/.test(taxId)) return taxId.replace(/(...)(...)(...)(..)/, '$1.$2.$3-$4')
  if (/^[0-9A-Z]{12}\d{2}$/.test(taxId)) {
    return taxId.replace(/(..)(...)(...)(....)(..)/, '$1.$2.$3/$4-$5')
  }
  return taxId
}
