import { useEffect, useMemo, useState, type ReactNode } from 'react'

import { makeFormat, type Locale } from '../format'

import { en } from './en'
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
  const value = useMemo(
    () => ({ locale, setLocale, t: locale === 'en' ? en : pt, format: makeFormat(locale) }),
    [locale],
  )
  return <LocaleContext value={value}>{children}</LocaleContext>
}
