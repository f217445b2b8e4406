import { createContext, use } from 'react'

import { makeFormat, type Format, type Locale } from '../format'

import { pt, type Dictionary } from './pt'

export type LocaleValue = {
  locale: Locale
  setLocale: (locale: Locale) => void
  t: Dictionary
  format: Format
}

export const LocaleContext = createContext<LocaleValue>({
  locale: 'pt-BR',
  setLocale: () => undefined,
  t: pt,
  format: makeFormat('pt-BR'),
})

/** The words and formats of the chosen language. */
export function useText(): LocaleValue {
  return use(LocaleContext)
}
