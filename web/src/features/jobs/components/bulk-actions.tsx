import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'

import { Dialog } from '@/components/dialog'
import { useText } from '@/lib/i18n/locale-context'

import { isSearch, type Act } from '../api/jobs'

import { AskForJob } from './ask-for-job'

/** What can be done to all that a list shows: `filter` is what it asked the API for. */
export function BulkActions({ filter }: { filter: string }) {
  const { t } = useText()
  const [act, setAct] = useState<Act | null>(null)
  const close = () => setAct(null)
  // Whom a search names is kept out of what is stored.
  if (isSearch(filter)) {
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
