import type { Locale } from './format'

const TYPED: Record<Locale, RegExp> = {
  'pt-BR': /^(\d{1,3}(?:\.\d{3})+|\d{1,11})(?:,(\d{1,2}))?$/,
  en: /^(\d{1,3}(?:,\d{3})+|\d{1,11})(?:\.(\d{1,2}))?$/,
}

/** An amount as a person types it, in cents; null when it is none, or could be read in two ways. */
export function typedCents(text: string, locale: Locale): number | null {
  const found = TYPED[locale].exec(text.replace(/^\s*R\$\s*|\s+/g, ''))
  if (found === null) return null
  const [, whole = '', fraction = ''] = found
  const cents = Number(whole.replace(/\D/g, '')) * 100 + Number(fraction.padEnd(2, '0'))
  return cents > 0 ? cents : null
}

/** Cents as a person types them; empty for what are none. */
export function centsText(cents: string, locale: Locale): string {
  if (!/^\d{1,15}$/.test(cents)) return ''
  const digits = cents.padStart(3, '0')
  return `${digits.slice(0, -2)}${locale === 'en' ? '.' : ','}${digits.slice(-2)}`
}
