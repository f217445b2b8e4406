import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { ProblemAlert } from '@/components/problem-alert'
import { OpenLink, RecordsTable, Sub, type Column } from '@/components/records-table'
import { dayOf } from '@/lib/days'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload, UploadDay } from '@/lib/schemas'

import { downloadRejects } from '../api/download-rejects'
import { settledWords } from '../state/settled-words'
import { useIsForeign } from '../state/use-is-foreign'

import { RemoveUploadDialog } from './remove-upload-dialog'
import { UploadActions } from './upload-actions'
import { UploadProgress } from './upload-progress'
import { UploadRetry } from './upload-retry'
import { UploadStatus } from './upload-status'

/** A column of counts; rejected rows stand out. */
function useCount() {
  const text = useText()
  const { format } = text
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
        {name === 'accepted' && settledWords(upload, text).map((words) => <Sub key={words}>{words}</Sub>)}
      </>
    ),
  })
}

/** The day of a file with its sum, also of what is not in the list. */
function useDays(days: Map<string, UploadDay>) {
  const { t, format } = useText()
  return (upload: Upload) => {
    const day = dayOf(upload.createdat)
    const name = format.weekday(day)
    const sum = days.get(day)
    if (sum === undefined) return name
    return t.uploads.day(
      name,
      sum.files,
      format.integer(sum.files),
      sum.billings,
      format.integer(sum.billings),
      format.money(sum.amount_cents),
    )
  }
}

type UploadsTableProps = { uploads: Upload[]; days: Map<string, UploadDay>; isStale?: boolean }

export function UploadsTable({ uploads, days, isStale = false }: UploadsTableProps) {
  const { t, format, locale } = useText()
  const words = t.uploads
  const [removing, setRemoving] = useState<Upload | null>(null)
  const rejects = useMutation({
    mutationFn: (upload: Upload) => downloadRejects(upload.id, upload.name, locale),
  })
  const isForeign = useIsForeign()
  const count = useCount()
  const groupOf = useDays(days)
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
    {
      title: words.status,
      cell: (upload) => (
        <>
          <UploadStatus upload={upload} />
          <UploadRetry upload={upload} />
        </>
      ),
      card: 'wide',
    },
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
        isStale={isStale}
        cardColumns={4}
        testId="uploads-table"
      />
      <RemoveUploadDialog upload={removing} onClose={() => setRemoving(null)} />
    </>
  )
}
