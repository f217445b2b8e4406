import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from 'react-router'

import { LoadingRows } from '@/components/loading-rows'
import { QueryView } from '@/components/query-view'
import { payerBillingsQuery } from '@/features/billings/api/get-payer-billings'
import { searchQuery } from '@/features/search/api/get-search'
import { SearchResults } from '@/features/search/components/search-results'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { FoundPayer, SearchAnswer } from '@/lib/schemas'
import { searchOf, wishOf, type SearchWish } from '@/lib/search-state'

import { BillingsOfFiles } from '../billings-of-files'

import { PageTitle } from './page-title'

/** The one thing that was found: a billing, or a payer; null where there are none or several. */
function onlyHit({ billings, payers, more }: SearchAnswer) {
  if (more || billings.length + payers.length !== 1) return null
  return { billing: billings[0], payer: payers[0] }
}

/** A payer with one billing is opened as that billing, which is what is looked for. */
function OpenPayer({ payer, wish }: { payer: FoundPayer; wish: SearchWish }) {
  const isBillingWanted = wish === 'hit' && payer.billings === 1
  const query = useQuery({ ...payerBillingsQuery(payer.payer_id, null), enabled: isBillingWanted })
  if (isBillingWanted && query.isPending) return <LoadingRows rows={12} />
  // What an earlier search has read of them is no answer to this one.
  const billing = isBillingWanted ? query.data?.records[0] : undefined
  const to = billing === undefined ? paths.payer(payer.payer_id) : paths.billing(billing.debt_id)
  return <Navigate to={to} replace />
}

function Found({ text, wish }: { text: string; wish: SearchWish | null }) {
  const query = useQuery(searchQuery(text))
  const isStale = query.isPlaceholderData
  return (
    <QueryView query={query} loadingRows={8}>
      {(answer) => {
        const hit = wish === null || isStale ? null : onlyHit(answer)
        if (hit?.billing) return <Navigate to={paths.billing(hit.billing.debt_id)} replace />
        if (hit?.payer && wish !== null) return <OpenPayer payer={hit.payer} wish={wish} />
        return (
          <SearchResults
            answer={answer}
            isStale={isStale}
            renderBillings={(billings) => <BillingsOfFiles billings={billings} isStale={isStale} />}
          />
        )
      }}
    </QueryView>
  )
}

/** What the search over all files has found. What was asked for stands in the history, not in the address. */
export default function SearchPage() {
  const { t } = useText()
  const state: unknown = useLocation().state
  const text = searchOf(state)
  return (
    <Stack gap="md">
      <PageTitle title={t.find.title} lead={text === null ? t.find.lead : t.find.resultOf(text)} />
      {text !== null && <Found text={text} wish={wishOf(state)} />}
    </Stack>
  )
}
