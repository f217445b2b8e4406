import { Title } from '@mantine/core'
import type { ReactNode } from 'react'

import { SearchField } from '@/components/search-field'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'
import { billingWord, isUploadAtRest } from '@/lib/statuses'
import { useKeyset } from '@/lib/use-keyset'

import { BillingsList } from '../list/billings-list'
import classes from '../list/list.module.css'

import { BillingDrawer } from './billing-drawer'
import { BillingsTable } from './billings-table'

type BillingsSectionProps = {
  upload: Upload
  /** Takes what is filtered out of here, and does something to all of it. */
  takeOut: ReactNode
  actions: ReactNode
}

/** The billings of an upload: search, filter, pages, and one billing opened beside them. */
export function BillingsSection({ upload, takeOut, actions }: BillingsSectionProps) {
  const { t, format } = useText()
  const keyset = useKeyset()
  const search = keyset.params.get('search') ?? ''
  const wordOf = (status: string) => {
    const count = upload.statuses[status]
    const word = billingWord(t, status, upload.mail)
    return count === undefined ? word : `${word} (${format.integer(count)})`
  }
  return (
    <section aria-label={t.billings.title}>
      <div className={classes.head}>
        <Title order={2}>{t.billings.title}</Title>
        {takeOut}
      </div>
      <BillingsList
        keyset={keyset}
        uploadId={upload.id}
        isMoving={!isUploadAtRest(upload.status)}
        wordOf={wordOf}
        actions={actions}
        search={
          <SearchField
            key={search}
            label={t.billings.searchLabel}
            placeholder={t.billings.searchPlaceholder}
            value={search}
            onSearch={(value) => keyset.filter({ search: value })}
          />
        }
        empty={{ title: t.billings.emptyTitle, body: t.billings.emptyBody }}
        renderTable={(billings, isStale) => (
          <BillingsTable
            billings={billings}
            fileOf={() => upload}
            isStale={isStale}
            onOpen={(debtId) => keyset.set('billing', debtId)}
          />
        )}
      />
      <BillingDrawer
        // An address that names none has nothing open.
        debtId={keyset.params.get('billing') === '' ? null : keyset.params.get('billing')}
        mail={upload.mail}
        onClose={() => keyset.set('billing', null)}
      />
    </section>
  )
}
