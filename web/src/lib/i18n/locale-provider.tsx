import { useEffect, useMemo, useState, type ReactNode } from 'react'

import { makeFormat, type Locale } from '../format'

import type { en as English } from './en'
import { LocaleContext } from './locale-context'
import { pt } from './pt'

const STORAGE_KEY = 'cobranca.locale'

function storedLocale(): Locale {
  return window.localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'pt-BR'
}

export function LocaleProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState<Locale>(storedLocale)
  useEffect(() => {
    document.documentElement.lang = locale
    window.localStorage.setItem(STORAGE_KEY, locale)
  }, [locale])
  const [english, setEnglish] = useState<typeof English | null>(null)
  useEffect(() => {
    // A file of its own, for most people never read it; until it has come, the page says it in Portuguese.
    if (locale === 'en') void import('./en').then((words) => setEnglish(words.en))
  }, [locale])
  const value = useMemo(
    () => ({
      locale,
      setLocale,
      t: locale === 'en' && english !== null ? english : pt,
      format: makeFormat(locale),
    }),
    [locale, english],
  )
  return <LocaleContext value={value}>{children}</LocaleContext>
}
