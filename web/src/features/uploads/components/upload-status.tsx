import { StatusBadge } from '@/components/status-badge'
import { useText } from '@/lib/i18n/locale-context'
import { knownHold } from '@/lib/mail-reason'
import type { Upload } from '@/lib/schemas'
import { isUploadAtRest, uploadStatusTold } from '@/lib/statuses'

import classes from './upload-progress.module.css'

/** How an upload stands, and what holds it up. */
export function UploadStatus({ upload }: { upload: Upload }) {
  const { t, format } = useText()
  const { label, tone } = uploadStatusTold(t, upload, format.integer(upload.rejected_open))
  const hold = knownHold(upload.last_error ?? '')
  const [trouble, advice] =
    hold === null
      ? [isUploadAtRest(upload.status) ? t.uploads.stoppedBy : t.uploads.heldUpBy]
      : t.holds.kinds[hold]
  return (
    <>
      <StatusBadge status={upload.status} label={label} tone={tone} testId="upload-status" />
      {upload.removedat && (
        <span className={classes.note}>{t.uploads.removedAt(format.instant(upload.removedat))}</span>
      )}
      {upload.last_error && (
        <details className={classes.trouble}>
          <summary>{trouble}</summary>
          {advice} {upload.last_error}
        </details>
      )}
    </>
  )
}
