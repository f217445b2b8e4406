import { Link } from 'react-router'

import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { Upload } from '@/lib/schemas'

import { UploadActions } from './upload-actions'
import { UploadProgress } from './upload-progress'
import classes from './uploads-table.module.css'

type UploadRowProps = { upload: Upload; onRejects: () => void; onRemove: () => void }

function CountCell({ label, count, testId }: { label: string; count: number; testId: string }) {
  const { format } = useText()
  const isBad = testId === 'upload-rejected' && count > 0
  return (
    <td role="cell" className={classes.number}>
      <span className={classes.cellLabel}>{label}</span>
      <span className={isBad ? classes.rejects : undefined} data-testid={testId}>
        {format.integer(count)}
      </span>
    </td>
  )
}

/** Explicit roles: on a phone the rows are laid out as cards, which would take them from a table. */
export function UploadRow({ upload, onRejects, onRemove }: UploadRowProps) {
  const { t, format } = useText()
  const isRemoved = upload.status === 'REMOVED'
  return (
    <tr
      role="row"
      className={classes.row}
      data-testid="upload-row"
      data-upload-id={upload.id}
      data-removed={isRemoved}
    >
      <td role="cell">
        <Link to={paths.upload(upload.id)} className={classes.name} data-testid="upload-name">
          {upload.name}
        </Link>
        <span className={classes.sub}>
          {format.instant(upload.createdat)} · {format.bytes(upload.size_bytes)} ·{' '}
          {t.mail.short[upload.mail] ?? upload.mail}
        </span>
      </td>
      <td role="cell">
        <StatusBadge
          status={upload.status}
          label={t.uploadStatus[upload.status] ?? upload.status}
          testId="upload-status"
        />
        {upload.removedat && (
          <span className={classes.sub}>{t.uploads.removedAt(format.instant(upload.removedat))}</span>
        )}
        {upload.last_error && <span className={classes.error}>{upload.last_error}</span>}
      </td>
      <td role="cell" className={classes.progress}>
        <UploadProgress upload={upload} />
      </td>
      <CountCell label={t.uploads.records} count={upload.records} testId="upload-records" />
      <CountCell label={t.uploads.accepted} count={upload.accepted} testId="upload-accepted" />
      <CountCell label={t.uploads.rejected} count={upload.rejected} testId="upload-rejected" />
      <CountCell
        label={t.uploads.duplicates}
        count={upload.duplicates}
        testId="upload-duplicates"
      />
      <td role="cell">
        <UploadActions upload={upload} onRejects={onRejects} onRemove={onRemove} />
      </td>
    </tr>
  )
}
