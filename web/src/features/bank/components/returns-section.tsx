import { useInfiniteQuery } from '@tanstack/react-query'

import { EmptyState } from '@/components/empty-state'
import { IconInbox } from '@/components/icons'
import { MoreButton } from '@/components/more-button'
import { QueryView } from '@/components/query-view'
import { OpenLink, RecordsTable, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { ReturnFile } from '@/lib/schemas'

import { returnsQuery } from '../api/returns'

import { Deeds } from './deeds'
import { verdictOf } from './return-words'

export function VerdictBadge({ file }: { file: ReturnFile }) {
  const { t } = useText()
  const { name, tone } = verdictOf(file)
  return (
    <StatusBadge status={name} tone={tone} label={t.bank.verdicts[name]} testId="return-verdict" />
  )
}

/** Every return file that came, newest first, with what it did. */
export function ReturnsSection() {
  const { t, format } = useText()
  const words = t.bank.returned
  const query = useInfiniteQuery(returnsQuery)
  const columns: Column<ReturnFile>[] = [
    {
      title: words.name,
      isText: true,
      cell: (file) => (
        <OpenLink to={paths.return(file.return_id)} testId="return-open">
          {file.name}
        </OpenLink>
      ),
    },
    { title: words.verdict, card: 'aside', cell: (file) => <VerdictBadge file={file} /> },
    { title: words.did, isText: true, card: 'wide', cell: (file) => <Deeds file={file} /> },
    { title: words.received, card: 'wide', cell: (file) => format.instant(file.receivedat) },
  ]
  return (
    <Sheet label={words.table}>
      <QueryView
        query={query}
        loadingRows={8}
        isEmpty={(files) => files.length === 0}
        empty={
          <EmptyState
            icon={<IconInbox size={36} stroke={1.3} />}
            title={words.empty}
            body={words.emptyBody}
          />
        }
      >
        {(files) => (
          <>
            <RecordsTable
              label={words.table}
              columns={columns}
              records={files}
              idOf={(file) => file.return_id}
              dataOf={(file) => ({ 'data-testid': 'return-row', 'data-verdict': verdictOf(file).name })}
            />
            <MoreButton query={query} label={words.more} testId="returns-more" />
          </>
        )}
      </QueryView>
    </Sheet>
  )
}
