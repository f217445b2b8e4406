import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { EmptyState } from '@/components/empty-state'
import { IconMail, IconMailOpened, IconRefresh, IconSearchOff } from '@/components/icons'
import { KeysetPager } from '@/components/keyset-pager'
import { QueryView } from '@/components/query-view'
import { SearchField } from '@/components/search-field'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { useKeyset } from '@/lib/use-keyset'

import { mailsQuery } from '../api/get-mails'

import { MailList } from './mail-list'
import { MailView } from './mail-view'
import classes from './mailbox.module.css'

type Keyset = ReturnType<typeof useKeyset>
type BarProps = { keyset: Keyset; isFetching: boolean; onRefresh: () => void }

function Bar({ keyset, isFetching, onRefresh }: BarProps) {
  const { t } = useText()
  const search = keyset.params.get('search') ?? ''
  return (
    <div className={classes.bar} data-open={keyset.params.has('mail')}>
      <SearchField
        key={search}
        label={t.mailbox.searchLabel}
        placeholder={t.mailbox.searchPlaceholder}
        value={search}
        onSearch={(value) => keyset.filter({ search: value })}
      />
      {keyset.params.has('upload_id') && (
        <Group gap={4}>
          <Text size="sm" c="dimmed">
            {t.mailbox.onlyUpload}
          </Text>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => keyset.filter({ upload_id: null })}
          >
            {t.mailbox.showAll}
          </Button>
        </Group>
      )}
      <Button
        ml="auto"
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={16} aria-hidden="true" />}
        loading={isFetching}
        onClick={onRefresh}
        data-testid="refresh-mailbox"
      >
        {t.common.refresh}
      </Button>
    </div>
  )
}

function Nothing({ isSearch }: { isSearch: boolean }) {
  const { t } = useText()
  return isSearch ? (
    <EmptyState
      icon={<IconSearchOff size={36} stroke={1.3} />}
      title={t.mailbox.noMatchTitle}
      body={t.mailbox.noMatchBody}
    />
  ) : (
    <EmptyState
      icon={<IconMail size={36} stroke={1.3} />}
      title={t.mailbox.emptyTitle}
      body={t.mailbox.emptyBody}
    />
  )
}

function ListPane({ keyset, query }: { keyset: Keyset; query: ReturnType<typeof useMails> }) {
  return (
    <QueryView
      query={query}
      isEmpty={(page) => page.records.length === 0}
      empty={<Nothing isSearch={keyset.params.has('search')} />}
    >
      {(page) => (
        <>
          <MailList
            mails={page.records}
            openId={keyset.params.get('mail')}
            onOpen={(debtId) => keyset.set('mail', debtId)}
          />
          <KeysetPager
            page={keyset.page}
            onPrevious={keyset.previous}
            onNext={keyset.nextBy(page.next)}
          />
        </>
      )}
    </QueryView>
  )
}

function useMails(keyset: Keyset) {
  return useQuery(
    mailsQuery({
      uploadId: keyset.params.get('upload_id'),
      search: keyset.params.get('search'),
      after: keyset.after,
    }),
  )
}

/** The outbox: a list of mails, and the one that is open. Which is open stands in the address. */
export function MailboxSection() {
  const { t } = useText()
  const keyset = useKeyset()
  const query = useMails(keyset)
  const openId = keyset.params.get('mail')
  return (
    <Sheet label={t.mailbox.title}>
      <Bar
        keyset={keyset}
        isFetching={query.isRefetching}
        onRefresh={() => void query.refetch()}
      />
      <div className={classes.panes} data-open={openId !== null}>
        <div className={classes.list}>
          <ListPane keyset={keyset} query={query} />
        </div>
        <div className={classes.mail}>
          {openId === null ? (
            <EmptyState
              icon={<IconMailOpened size={36} stroke={1.3} />}
              title={t.mailbox.pickTitle}
              body={t.mailbox.pickBody}
            />
          ) : (
            <MailView key={openId} debtId={openId} onBack={() => keyset.set('mail', null)} />
          )}
        </div>
      </div>
    </Sheet>
  )
}
