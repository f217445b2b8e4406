import { wholePercent } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'

import classes from './upload-progress.module.css'

const SEGMENTS = [
  ['SENT', classes.sent],
  ['UNCERTAIN', classes.uncertain],
  ['FAILED', classes.failed],
  ['REMOVED', classes.removed],
  ['ISSUED', classes.issued],
] as const

/** One bar, a segment for each status: how far the upload is, and how well. */
export function UploadProgress({ upload }: { upload: Upload }) {
  const { t, format } = useText()
  const { SENT: sent = 0, FAILED: failed = 0, UNCERTAIN: uncertain = 0 } = upload.statuses
  const words = t.uploads.sentOf(format.integer(sent), format.integer(upload.accepted))
  return (
    <div
      role="progressbar"
      aria-label={t.uploads.progressOf(upload.name)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={wholePercent(upload.progress)}
      aria-valuetext={`${format.percent(upload.progress)}, ${words}`}
      data-testid="upload-progress"
    >
      <div className={classes.track}>
        {SEGMENTS.map(([status, className]) => {
          const share = (upload.statuses[status] ?? 0) / Math.max(upload.accepted, 1)
          return share === 0 ? null : (
            <span key={status} className={className} style={{ width: `${share * 100}%` }} />
          )
        })}
      </div>
      <div className={classes.words}>
        <span>{words}</span>
        <span>{format.percent(upload.progress)}</span>
      </div>
      {failed + uncertain > 0 && (
        <div className={classes.troubles}>
          {failed > 0 && (
            <span className={classes.failedWord}>
              {t.uploads.failed(failed, format.integer(failed))}
            </span>
          )}
          {uncertain > 0 && (
            <span className={classes.uncertainWord}>
              {t.uploads.uncertain(uncertain, format.integer(uncertain))}
            </span>
          )}
        </div>
      )}
    </div>
  )
}
