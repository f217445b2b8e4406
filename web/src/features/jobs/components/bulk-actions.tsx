import { Button, Group, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { ActButton } from '@/components/act-button'
import { Dialog } from '@/components/dialog'
import { useText } from '@/lib/i18n/locale-context'

import { filterOf, takeFile, type Act, type FileFormat } from '../api/jobs'

import { AskForJob } from './ask-for-job'

const FORMATS: Exclude<FileFormat, 'CARNE'>[] = ['CSV', 'XLSX', 'ZIP', 'SHEET']

/** What can be done to all that a list's filter means, as it stands in the address. */
export function BulkActions({ query }: { query: URLSearchParams }) {
  const { t } = useText()
  const [act, setAct] = useState<Act | null>(null)
  const client = useQueryClient()
  const close = () => setAct(null)
  const filter = filterOf(query)
  const take = async (format: FileFormat) => {
    if ((await takeFile(format, filter)) !== null) await client.invalidateQueries({ queryKey: ['jobs', 'list'] })
  }
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
      {FORMATS.map((format) => (
        <ActButton
          key={format}
          label={t.jobs.take[format]}
          act={() => take(format)}
          testId={`bulk-${format.toLowerCase()}`}
        />
      ))}
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
