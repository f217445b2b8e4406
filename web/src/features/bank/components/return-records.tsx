import { NativeSelect, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { MoreButton } from '@/components/more-button'
import { QueryView } from '@/components/query-view'
import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import type { ReturnFile, ReturnRecord } from '@/lib/schemas'
import type { StatusTone } from '@/lib/statuses'

import { recordsQuery } from '../api/returns'

import classes from './bank.module.css'

const TONES: Partial<Record<string, StatusTone>> = {
  KEPT: 'waiting',
  POSTED: 'done',
  SUSPENSE: 'attention',
  HELD: 'attention',
  LISTED: 'attention',
  UNKNOWN: 'removed',
}

/** What the bank says of a title, why, and what to do; its words are Portuguese. */
function Said({ record }: { record: ReturnRecord }) {
  const { t } = useText()
  return (
    <span className={classes.said} lang="pt-BR">
      {record.text || t.bank.records.occurrence(record.occurrence)}
      {record.reasons.map((reason) => (
        <span key={reason.code} className={classes.advice}>
          {[reason.text, reason.advice].filter(Boolean).join(' ')}
        </span>
      ))}
      {record.note !== null && (
        <span className={classes.advice} data-testid="record-note">
          {record.note.text} {record.note.advice}
        </span>
      )}
    </span>
  )
}

function useColumns(onOpen: (debt: string) => void): Column<ReturnRecord>[] {
  const { t, format } = useText()
  const words = t.bank.records
  return [
    {
      title: words.debt,
      isText: true,
      cell: ({ debt_id, code, our_number }) => (
        <>
          {debt_id === null ? (
            t.common.none
          ) : (
            <button type="button" className={classes.link} onClick={() => onOpen(debt_id)}>
              {code ?? debt_id}
            </button>
          )}
          <Sub>{words.ourNumber(our_number)}</Sub>
        </>
      ),
    },
    { title: words.what, isText: true, card: 'wide', cell: (record) => <Said record={record} /> },
    {
      title: words.amount,
      isNumber: true,
      card: 'titled',
      cell: (record) => format.money(record.paid_cents ?? record.title_cents),
    },
    {
      title: words.day,
      card: 'titled',
      cell: (record) => (record.occurred_on === null ? t.common.none : format.date(record.occurred_on)),
    },
    {
      title: words.fate,
      card: 'wide',
      cell: ({ fate, line }) => (
        <>
          <StatusBadge status={fate} tone={TONES[fate] ?? 'waiting'} label={t.bank.fates[fate] ?? fate} />
          <Sub>{t.bank.returned.place(format.integer(line))}</Sub>
        </>
      ),
    },
  ]
}

/** The records of a file by line; those of one fate when asked for. */
export function ReturnRecords({ file, onOpen }: { file: ReturnFile; onOpen: (debt: string) => void }) {
  const { t } = useText()
  const words = t.bank.records
  const [fate, setFate] = useState<string | null>(null)
  const query = useInfiniteQuery(recordsQuery(file.return_id, fate))
  const columns = useColumns(onOpen)
  const tally = file.tally
  const fates = (['POSTED', 'SUSPENSE', 'HELD', 'LISTED', 'UNKNOWN', 'KEPT'] as const).filter(
    (name) => (tally?.[name.toLowerCase() as Lowercase<typeof name>] ?? 0) > 0,
  )
  return (
    <section aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      <Sheet mt="sm">
        {fates.length > 1 && (
          <div className={classes.filter}>
            <NativeSelect
              size="xs"
              w={200}
              label={words.filter}
              value={fate ?? ''}
              onChange={(event) => setFate(event.currentTarget.value || null)}
              data={[
                { value: '', label: words.all },
                ...fates.map((name) => ({ value: name, label: t.bank.fates[name] ?? name })),
              ]}
              data-testid="fate-filter"
            />
          </div>
        )}
        <QueryView
          query={query}
          loadingRows={10}
          isEmpty={(records) => records.length === 0}
          empty={
            <Text size="sm" c="dimmed" p="md">
              {words.empty}
            </Text>
          }
        >
          {(records) => (
            <>
              <RecordsTable
                label={words.table}
                columns={columns}
                records={records}
                idOf={(record) => String(record.line)}
                dataOf={(record) => ({ 'data-testid': 'return-record', 'data-fate': record.fate })}
              />
              <MoreButton query={query} label={words.more} testId="records-more" />
            </>
          )}
        </QueryView>
      </Sheet>
    </section>
  )
}
