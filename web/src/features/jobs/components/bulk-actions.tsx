import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'

import { ActButton } from '@/components/act-button'
import { Dialog } from '@/components/dialog'
import { useText } from '@/lib/i18n/locale-context'

import { filterOf, saveFiltered, type Act } from '../api/jobs'

import { AskForJob } from './ask-for-job'

/** What can be done to all that a list's filter means, as it stands in the address. */
export function BulkActions({ query }: { query: URLSearchParams }) {
  const { t } = useText()
  const [act, setAct] = useState<Act | null>(null)
  const close = () => setAct(null)
  const filter = filterOf(query)
  // Whom a search names is kept out of what is stored.
  if (query.get('search')) {
    return (
      <Text size="sm" c="dimmed" data-testid="bulk-searched">
        {t.jobs.searched}
      </Text>
    )
  }
  return (
    <Group gap="xs" role="group" aria-label={t.jobs.actions} data-testid="bulk-actions">
      <Button size="xs" variant="default" onClick={() => setAct('RESEND')} data-testid="bulk-resend">
        {t.jobs.acts.RESEND.button}
      </Button>
      <ActButton label={t.jobs.export} act={() => saveFiltered('csv', filter)} testId="bulk-export" />
      <ActButton label={t.jobs.pdfs} act={() => saveFiltered('zip', filter)} testId="bulk-pdfs" />
      <Button size="xs" variant="default" color="red" onClick={() => setAct('CANCEL')} data-testid="bulk-cancel">
        {t.jobs.acts.CANCEL.button}
      </Button>
      <Dialog
        opened={act !== null}
        onClose={close}
        title={act === null ? '' : t.jobs.acts[act].title}
        centered
        testId="job-dialog"
      >
        {act !== null && <AskForJob act={act} filter={filter} onClose={close} />}
      </Dialog>
    </Group>
  )
}
