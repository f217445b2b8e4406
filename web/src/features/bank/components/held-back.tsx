import { Text, Title } from '@mantine/core'

import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { HeldBack } from '@/lib/schemas'

import classes from './bank.module.css'

type HeldBackProps = {
  held: HeldBack[]
  onOpen: (debt: string) => void
}

/** What stays out of the files for the bank: why, how much, which ones, and what to do. */
export function HeldBackTable({ held, onOpen }: HeldBackProps) {
  const { t, format } = useText()
  const words = t.bank.held
  const said = (one: HeldBack) => t.bank.heldBack[one.code] ?? [one.code, one.detail]
  const columns: Column<HeldBack>[] = [
    {
      title: words.reason,
      isText: true,
      card: 'wide',
      cell: (one) => (
        <>
          {said(one)[0]}
          <Sub>{said(one)[1]}</Sub>
        </>
      ),
    },
    { title: words.titles, isNumber: true, card: 'titled', cell: (one) => format.integer(one.titles) },
    { title: words.amount, isNumber: true, card: 'titled', cell: (one) => format.money(one.amount_cents) },
    {
      title: words.examples,
      isText: true,
      card: 'wide',
      cell: (one) => (
        <span className={classes.examples}>
          {one.examples.map((code) => (
            <button
              key={code}
              type="button"
              className={classes.link}
              aria-label={words.example(code)}
              onClick={() => onOpen(code)}
            >
              {code}
            </button>
          ))}
        </span>
      ),
    },
  ]
  return (
    <section aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      <Text size="sm" c="dimmed">
        {t.bank.register.held(...total(held, format.integer))}
      </Text>
      <Sheet mt="sm">
        <RecordsTable
          label={words.title}
          columns={columns}
          records={held}
          idOf={(one) => `${one.code} ${one.field} ${one.detail}`}
          dataOf={(one) => ({ 'data-testid': 'held-back', 'data-code': one.code })}
        />
      </Sheet>
    </section>
  )
}

function total(held: HeldBack[], formatted: (count: number) => string): [number, string] {
  const count = held.reduce((sum, one) => sum + one.titles, 0)
  return [count, formatted(count)]
}
