import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { ConfirmDialog } from '@/components/confirm-dialog'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'

import { downloadRejects } from '../api/download-rejects'
import { removeUpload } from '../api/remove-upload'

import { UploadRow } from './upload-row'
import classes from './uploads-table.module.css'

type UploadsTableProps = { uploads: Upload[]; onRemoved: () => Promise<void> }

function TableHead() {
  const { t } = useText()
  const words = t.uploads
  const counts = [words.records, words.accepted, words.rejected, words.duplicates]
  return (
    <thead role="rowgroup">
      <tr role="row">
        {[words.file, words.status, words.progress].map((title) => (
          <th key={title} role="columnheader" scope="col">
            {title}
          </th>
        ))}
        {counts.map((title) => (
          <th key={title} role="columnheader" scope="col" className={classes.number}>
            {title}
          </th>
        ))}
        <th role="columnheader" scope="col">
          <span className="visually-hidden">{words.actions}</span>
        </th>
      </tr>
    </thead>
  )
}

export function UploadsTable({ uploads, onRemoved }: UploadsTableProps) {
  const { t, format, locale } = useText()
  const [removing, setRemoving] = useState<Upload | null>(null)
  const rejects = useMutation({ mutationFn: (upload: Upload) => downloadRejects(upload.id, upload.name, locale) })
  const remove = async () => {
    if (removing === null) return
    await removeUpload(removing.id)
    await onRemoved()
  }
  return (
    <>
      {rejects.isError && <ProblemAlert error={rejects.error} />}
      <table role="table" className={classes.table} data-testid="uploads-table">
        <caption className="visually-hidden">{t.uploads.table}</caption>
        <TableHead />
        <tbody role="rowgroup">
          {uploads.map((upload) => (
            <UploadRow
              key={upload.id}
              upload={upload}
              onRejects={() => rejects.mutate(upload)}
              onRemove={() => setRemoving(upload)}
            />
          ))}
        </tbody>
      </table>
      <ConfirmDialog
        opened={removing !== null}
        title={t.uploads.removeTitle}
        body={t.uploads.removeBody(removing?.name ?? '', format.integer(removing?.accepted ?? 0))}
        confirm={t.uploads.removeConfirm}
        act={remove}
        onClose={() => setRemoving(null)}
      />
    </>
  )
}
