import { Text, Title } from '@mantine/core'

import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { centsOf, formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { FirstRow } from '@/lib/schemas'

/** The first billings as they will be. */
export function FirstRows({ rows }: { rows: FirstRow[] }) {
  const { t, format } = useText()
  const words = t.checks.columns
  const of = (row: FirstRow, column: string) => row.values[column] ?? ''
  const columns: Column<FirstRow>[] = [
    {
      title: t.checks.first.payer,
      isText: true,
      card: 'wide',
      cell: (row) => (
        <>
          <strong>{of(row, 'name')}</strong>
          <Sub>{of(row, 'email')}</Sub>
        </>
      ),
    },
    {
      title: words.governmentId ?? '',
      cell: (row) => formatTaxId(of(row, 'governmentId')),
      card: 'titled',
    },
    {
      title: words.debtAmount ?? '',
      isNumber: true,
      card: 'titled',
      cell: (row) => format.money(centsOf(of(row, 'debtAmount'))),
    },
    {
      title: words.debtDueDate ?? '',
      card: 'titled',
      cell: (row) => format.date(of(row, 'debtDueDate')),
    },
    { title: words.debtId ?? '', isText: true, card: 'titled', cell: (row) => of(row, 'debtId') },
    {
      title: t.checks.first.line,
      isNumber: true,
      card: 'titled',
      cell: (row) => format.integer(row.line_number),
    },
  ]
  return (
    <section aria-label={t.checks.first.title}>
      <Title order={2}>{t.checks.first.title}</Title>
      <Text size="sm" c="dimmed">
        {t.checks.first.lead}
      </Text>
      <Sheet mt="sm">
        <RecordsTable
          label={t.checks.first.title}
          columns={columns}
          records={rows}
          idOf={(row) => String(row.line_number)}
          dataOf={() => ({ 'data-testid': 'first-row' })}
          testId="first-rows"
        />
      </Sheet>
    </section>
  )
}
