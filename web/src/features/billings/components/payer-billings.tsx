import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { EmptyState } from '@/components/empty-state'
import { IconInbox } from '@/components/icons'
import { KeysetPager } from '@/components/keyset-pager'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { Billing } from '@/lib/schemas'
import { useKeyset } from '@/lib/use-keyset'

import { payerBillingsQuery } from '../api/get-payer-billings'

type PayerBillingsProps = {
  payerId: string
  renderTable: (billings: Billing[], isStale: boolean) => ReactNode
}

/** Every debt of one person, page by page. */
export function PayerBillings({ payerId, renderTable }: PayerBillingsProps) {
  const { t } = useText()
  const keyset = useKeyset()
  const query = useQuery(payerBillingsQuery(payerId, keyset.after))
  const words = t.find.payer
  return (
    <section aria-label={words.billings}>
      <Title order={2}>{words.billings}</Title>
      <Sheet mt="sm">
        <QueryView
          query={query}
          loadingRows={8}
          isEmpty={(page) => page.records.length === 0}
          empty={
            <EmptyState
              icon={<IconInbox size={36} stroke={1.3} />}
              title={words.emptyTitle}
              body={words.emptyBody}
            />
          }
        >
          {(page) => (
            <>
              {renderTable(page.records, query.isPlaceholderData)}
              <KeysetPager
                page={keyset.page}
                onPrevious={keyset.previous}
                onNext={keyset.nextBy(page.next)}
              />
            </>
          )}
        </QueryView>
      </Sheet>
    </section>
  )
}
