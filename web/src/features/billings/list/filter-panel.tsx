import { Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'

import { useText } from '@/lib/i18n/locale-context'
import { centsText, typedCents } from '@/lib/typed-cents'

import classes from './list.module.css'

const PERIODS = ['due', 'received', 'sent'] as const

type FilterPanelProps = {
  params: URLSearchParams
  onFilter: (changes: Record<string, string | null>) => void
  /** The choice of a file, where the list is of many: a control named `upload_id`. */
  fileField: ReactNode
}

/** A field of the form as text; empty when it was left so. */
function fieldOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** Read the form; a field that cannot be meant so is named instead. */
function useReading() {
  const { t, locale } = useText()
  const words = t.listing
  return (form: FormData) => {
    const changes: Record<string, string | null> = {}
    const faults: Record<string, string> = {}
    for (const name of ['amount_from', 'amount_to']) {
      const text = fieldOf(form, name)
      const cents = typedCents(text, locale)
      if (text !== '' && cents === null) faults[name] = words.wrongAmount
      changes[name] = cents === null ? null : String(cents)
    }
    for (const name of PERIODS) {
      for (const end of ['from', 'to']) changes[`${name}_${end}`] = fieldOf(form, `${name}_${end}`) || null
    }
    for (const name of ['amount', ...PERIODS]) {
      const [from, to] = [changes[`${name}_from`], changes[`${name}_to`]]
      const isBackwards =
        from && to && (name === 'amount' ? Number(to) < Number(from) : to < from)
      if (isBackwards) faults[`${name}_to`] = words.wrongRange
    }
    if (form.has('upload_id')) changes.upload_id = fieldOf(form, 'upload_id') || null
    return { changes, faults }
  }
}

/** Periods, amounts and the file, applied together. Give it a `key` of its filters. */
export function FilterPanel({ params, onFilter, fileField }: FilterPanelProps) {
  const { t, locale } = useText()
  const words = t.listing
  const read = useReading()
  const [faults, setFaults] = useState<Record<string, string>>({})
  const said = (name: string) => params.get(name) ?? ''
  const pair = (name: string, field: (end: 'from' | 'to') => ReactNode) => (
    <fieldset key={name} className={classes.pair}>
      <legend>{words[name as 'due']}</legend>
      {field('from')}
      {field('to')}
    </fieldset>
  )
  const labelOf = (what: string, end: 'from' | 'to') =>
    end === 'from' ? words.labelFrom(what) : words.labelTo(what)
  return (
    <form
      className={classes.panel}
      noValidate
      data-testid="filter-panel"
      onSubmit={(event) => {
        event.preventDefault()
        const { changes, faults: found } = read(new FormData(event.currentTarget))
        setFaults(found)
        if (Object.keys(found).length === 0) onFilter(changes)
      }}
    >
      {PERIODS.map((name) =>
        pair(name, (end) => (
          <TextInput
            key={end}
            type="date"
            size="xs"
            name={`${name}_${end}`}
            aria-label={labelOf(words[name], end)}
            defaultValue={said(`${name}_${end}`)}
            error={faults[`${name}_${end}`]}
          />
        )),
      )}
      {pair('amount', (end) => (
        <TextInput
          key={end}
          size="xs"
          name={`amount_${end}`}
          inputMode="decimal"
          placeholder={words[end]}
          aria-label={labelOf(words.amount, end)}
          defaultValue={centsText(said(`amount_${end}`), locale)}
          error={faults[`amount_${end}`]}
        />
      ))}
      {fileField}
      <Button type="submit" size="xs" data-testid="filter-apply">
        {words.apply}
      </Button>
    </form>
  )
}
