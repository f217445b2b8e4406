import { Button, Group, NativeSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { ActButton } from '@/components/act-button'
import { EmptyState } from '@/components/empty-state'
import { IconMail, IconMailOpened, IconRefresh, IconSearchOff } from '@/components/icons'
import { KeysetPager } from '@/components/keyset-pager'
import { QueryView } from '@/components/query-view'
import { SearchField } from '@/components/search-field'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'
import { useKeyset } from '@/lib/use-keyset'

import { mailsQuery } from '../api/get-mails'

import { MailView, type RenderPdf } from './mail-view'
import { MailsTable } from './mails-table'
import classes from './outbox.module.css'

type Keyset = ReturnType<typeof useKeyset>

type OutboxSectionProps = {
  /** The file whose mails are shown; null while none is known. */
  upload: Upload | null
  /** The files that can be chosen. */
  uploads: Upload[]
  renderPdf: RenderPdf
}

type BarProps = Omit<OutboxSectionProps, 'renderPdf'> & {
  keyset: Keyset
  onRefresh: () => Promise<unknown>
}

function Bar({ upload, uploads, keyset, onRefresh }: BarProps) {
  const { t, format } = useText()
  const search = keyset.params.get('search') ?? ''
  const isAmong = uploads.some(({ id }) => id === upload?.id)
  const choices = upload === null || isAmong ? uploads : [upload, ...uploads]
  return (
    <div className={classes.bar} data-open={keyset.params.has('mail')}>
      <SearchField
        key={search}
        label={t.outbox.searchLabel}
        placeholder={t.outbox.searchPlaceholder}
        value={search}
        onSearch={(value) => keyset.filter({ search: value })}
      />
      {upload !== null && (
        <NativeSelect
          className={classes.file}
          aria-label={t.outbox.file}
          value={upload.id}
          onChange={(event) =>
            keyset.filter({ upload_id: event.currentTarget.value, search: null, mail: null })
          }
          data={choices.map(({ id, name, createdat }) => ({
            value: id,
            label: `${name} · ${format.instant(createdat)}`,
          }))}
          data-testid="outbox-file"
        />
      )}
      <ActButton
        ml="auto"
        label={t.common.refresh}
        icon={IconRefresh}
        act={onRefresh}
        testId="refresh-mailbox"
      />
    </div>
  )
}

function Nothing({ isSearch, fileName }: { isSearch: boolean; fileName: string | undefined }) {
  const { t } = useText()
  return isSearch ? (
    <EmptyState
      icon={<IconSearchOff size={36} stroke={1.3} />}
      title={t.outbox.noMatchTitle}
      body={t.outbox.noMatchBody(fileName)}
    />
  ) : (
    <EmptyState
      icon={<IconMail size={36} stroke={1.3} />}
      title={t.outbox.emptyTitle}
      body={t.outbox.emptyBody}
    />
  )
}

/** The mail that is open is on another page, or of another file: say so, and offer to bring it here. */
function NotListed({ onFind }: { onFind: () => void }) {
  const { t } = useText()
  return (
    <Group className={classes.notListed} data-testid="mail-not-listed">
      <Text size="sm">{t.outbox.notListed}</Text>
      <Button size="compact-xs" variant="subtle" onClick={onFind}>
        {t.outbox.find}
      </Button>
    </Group>
  )
}

type ListPaneProps = {
  keyset: Keyset
  query: ReturnType<typeof useMails>
  upload: Upload | null
}

function ListPane({ keyset, query, upload }: ListPaneProps) {
  const openId = keyset.params.get('mail')
  const isListed = query.data?.records.some((mail) => mail.debt_id === openId) ?? true
  return (
    <>
      {openId !== null && !isListed && (
        <NotListed onFind={() => keyset.filter({ search: openId })} />
      )}
      <QueryView
        query={query}
        loadingRows={10}
        isEmpty={(page) => page.records.length === 0}
        empty={<Nothing isSearch={keyset.params.has('search')} fileName={upload?.name} />}
      >
        {(page) => (
          <>
            <div className={classes.items}>
              <MailsTable
                mails={page.records}
                openId={openId}
                isStale={query.isPlaceholderData}
                onOpen={(debtId) => keyset.set('mail', debtId)}
              />
            </div>
            <KeysetPager
              page={keyset.page}
              onPrevious={keyset.previous}
              onNext={keyset.nextBy(page.next)}
            />
          </>
        )}
      </QueryView>
    </>
  )
}

function useMails(keyset: Keyset, upload: Upload | null) {
  return useQuery(
    mailsQuery({
      uploadId: keyset.params.get('upload_id') ?? upload?.id ?? null,
      search: keyset.params.get('search'),
      after: keyset.after,
    }),
  )
}

function Opened({ keyset, renderPdf }: { keyset: Keyset; renderPdf: RenderPdf }): ReactNode {
  const { t } = useText()
  const openId = keyset.params.get('mail')
  if (openId !== null) {
    return (
      <MailView
        key={openId}
        debtId={openId}
        onBack={() => keyset.set('mail', null)}
        renderPdf={renderPdf}
      />
    )
  }
  return (
    <EmptyState
      icon={<IconMailOpened size={36} stroke={1.3} />}
      title={t.outbox.pickTitle}
      body={t.outbox.pickBody}
    />
  )
}

/** The outbox: a list of mails, and the one that is open. Which is open stands in the address. */
export function OutboxSection({ upload, uploads, renderPdf }: OutboxSectionProps) {
  const { t } = useText()
  const keyset = useKeyset()
  const query = useMails(keyset, upload)
  return (
    <Sheet label={t.outbox.title}>
      <Bar upload={upload} uploads={uploads} keyset={keyset} onRefresh={() => query.refetch()} />
      <div className={classes.panes} data-open={keyset.params.has('mail')}>
        <div className={classes.list}>
          <ListPane keyset={keyset} query={query} upload={upload} />
        </div>
        <div className={classes.mail}>
          <Opened keyset={keyset} renderPdf={renderPdf} />
        </div>
      </div>
    </Sheet>
  )
}
