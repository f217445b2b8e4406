import { useQuery } from '@tanstack/react-query'

import { ActButton } from '@/components/act-button'
import { EmptyState } from '@/components/empty-state'
import { IconMail } from '@/components/icons'
import { KeysetPager } from '@/components/keyset-pager'
import { QueryView } from '@/components/query-view'
import { RecordsTable, Sub, type Column } from '@/components/records-table'
import { Sheet } from '@/components/sheet'
import { deleteResource } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import type { Suppression } from '@/lib/schemas'
import { useKeyset } from '@/lib/use-keyset'
import { useReread } from '@/lib/use-reread'

import { blockedQuery } from '../api/get-emails'

/** Addresses that are not written to any more, each with the button that allows it again. */
export function BlockedSection() {
  const { t, format } = useText()
  const words = t.emails
  const keyset = useKeyset()
  const reread = useReread()
  const query = useQuery(blockedQuery(keyset.after))
  const release = async (id: number) => {
    await deleteResource(`/suppressions/${id}`)
    await reread()
  }
  const columns: Column<Suppression>[] = [
    {
      title: words.address,
      isText: true,
      cell: (one) => (
        <>
          {one.email}
          <Sub>{one.reason}</Sub>
        </>
      ),
    },
    { title: words.blockedAt, cell: (one) => format.instant(one.createdat), card: 'titled' },
    {
      title: words.release,
      cell: (one) => <ActButton label={words.release} act={() => release(one.id)} testId="release" />,
      card: 'corner',
    },
  ]
  return (
    <Sheet>
      <QueryView
        query={query}
        isEmpty={(page) => page.records.length === 0}
        empty={<EmptyState icon={<IconMail size={32} />} title={words.emptyTitle} body={words.emptyBody.BLOCKED} />}
      >
        {(page) => (
          <>
            <RecordsTable
              label={words.tabs.BLOCKED}
              columns={columns}
              records={page.records}
              idOf={(one) => String(one.id)}
              dataOf={() => ({ 'data-testid': 'blocked-row' })}
              isStale={query.isPlaceholderData}
            />
            <KeysetPager page={keyset.page} onPrevious={keyset.previous} onNext={keyset.nextBy(page.next)} />
          </>
        )}
      </QueryView>
    </Sheet>
  )
}
