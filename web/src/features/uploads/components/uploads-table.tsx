import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { ProblemAlert } from '@/components/problem-alert'
import { OpenLink, RecordsTable, Sub, type Column } from '@/components/records-table'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload } from '@/lib/schemas'

import { downloadRejects } from '../api/download-rejects'
import { useIsForeign } from '../state/use-is-foreign'

import { RemoveUploadDialog } from './remove-upload-dialog'
import { UploadActions } from './upload-actions'
import { UploadProgress } from './upload-progress'
import { UploadStatus } from './upload-status'

/** A column of counts; rejected rows stand out. */
function useCount() {
  const { format } = useText()
  return (title: string, name: 'records' | 'accepted' | 'rejected' | 'duplicates'): Column<Upload> => ({
    title,
    isNumber: true,
    card: 'titled',
    cell: (upload) => (
      <>
        <span data-bad={name === 'rejected' && upload.rejected_open > 0} data-testid={`upload-${name}`}>
          {format.integer(upload[name])}
        </span>
        {name === 'accepted' && upload.amount_cents !== null && upload.amount_cents > 0 && (
          <Sub>{format.money(upload.amount_cents)}</Sub>
        )}
      </>
    ),
  })
}

/** The day of a file, with its sum where all of the day is in the list. */
function useDays(uploads: Upload[], hasMore: boolean) {
  const { t, format } = useText()
  const dayOf = (upload: Upload) => format.today(new Date(upload.createdat))
  const days = new Map<string, Upload[]>()
  for (const upload of uploads) days.set(dayOf(upload), [...(days.get(dayOf(upload)) ?? []), upload])
  const last = [...days.keys()].at(-1)
  return (upload: Upload) => {
    const day = dayOf(upload)
    if (hasMore && day === last) return day
    const files = days.get(day) ?? []
    const accepted = files.reduce((sum, file) => sum + (file.removedat === null ? file.accepted : 0), 0)
    return t.uploads.day(day, files.length, format.integer(files.length), format.integer(accepted))
  }
}

type UploadsTableProps = {
  uploads: Upload[]
  /** The list goes on: its last day may too. */
  hasMore: boolean
}

export function UploadsTable({ uploads, hasMore }: UploadsTableProps) {
  const { t, format, locale } = useText()
  const words = t.uploads
  const [removing, setRemoving] = useState<Upload | null>(null)
  const rejects = useMutation({
    mutationFn: (upload: Upload) => downloadRejects(upload.id, upload.name, locale),
  })
  const isForeign = useIsForeign()
  const count = useCount()
  const groupOf = useDays(uploads, hasMore)
  const columns: Column<Upload>[] = [
    {
      title: words.file,
      isText: true,
      card: 'wide',
      cell: (upload) => (
        <>
          <OpenLink to={paths.upload(upload.id)} testId="upload-name">
            {upload.name}
          </OpenLink>
          <Sub>
            {format.instant(upload.createdat)} · {format.bytes(upload.size_bytes)} ·{' '}
            {t.mail.short[upload.mail] ?? upload.mail}
          </Sub>
          {isForeign(upload) && <Sub>{upload.beneficiary}</Sub>}
        </>
      ),
    },
    { title: words.status, cell: (upload) => <UploadStatus upload={upload} />, card: 'wide' },
    { title: words.progress, cell: (upload) => <UploadProgress upload={upload} />, card: 'wide' },
    count(words.records, 'records'),
    count(words.accepted, 'accepted'),
    count(words.rejected, 'rejected'),
    count(words.duplicates, 'duplicates'),
    {
      title: words.actions,
      card: 'corner',
      cell: (upload) => (
        <UploadActions
          upload={upload}
          onRejects={() => rejects.mutate(upload)}
          onRemove={() => setRemoving(upload)}
        />
      ),
    },
  ]
  return (
    <>
      {rejects.isError && <ProblemAlert error={rejects.error} />}
      <RecordsTable
        label={words.table}
        columns={columns}
        records={uploads}
        idOf={(upload) => upload.id}
        dataOf={(upload) => ({
          'data-testid': 'upload-row',
          'data-upload-id': upload.id,
          'data-removed': upload.status === 'REMOVED',
        })}
        groupOf={groupOf}
        cardColumns={4}
        testId="uploads-table"
      />
      <RemoveUploadDialog upload={removing} onClose={() => setRemoving(null)} />
    </>
  )
}
