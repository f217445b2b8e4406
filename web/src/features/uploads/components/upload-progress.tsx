import { wholePercent } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'

import { useRate } from '../state/use-rate'

import classes from './upload-progress.module.css'

const SEGMENTS = ['SENT', 'UNCERTAIN', 'FAILED', 'REMOVED', 'ISSUED'] as const

/** What is known of an upload's mails, in words. One that has left cannot be called back: it stays counted. */
function useProgressWords(upload: Upload): string {
  const { t, format } = useText()
  const { SENT: sent = 0, REMOVED: removed = 0 } = upload.statuses
  if (upload.accepted === 0) return t.uploads.noBillings
  const toSend = upload.accepted - removed + upload.mailed - sent
  const of = t.uploads.sentOf[upload.mail] ?? t.uploads.sentOf.smtp
  const parts = [
    toSend > 0 ? of?.(format.integer(upload.mailed), format.integer(toSend)) : undefined,
    removed > 0 ? t.uploads.cancelled(removed, format.integer(removed)) : undefined,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}

/** How fast it goes and how long it takes; its room is kept while it is not known yet. */
function Rate({ upload }: { upload: Upload }) {
  const { t, format } = useText()
  const rate = useRate(upload)
  return (
    <div className={classes.words} data-testid="upload-rate">
      {rate === null
        ? '\u00a0'
        : t.uploads.rate(format.integer(Math.max(rate.perSecond, 1)), t.uploads.left(rate.leftS))}
    </div>
  )
}

/** One bar, a segment for each status: how far the upload is, and how well. */
export function UploadProgress({ upload }: { upload: Upload }) {
  const { t, format } = useText()
  const { FAILED: failed = 0, UNCERTAIN: uncertain = 0 } = upload.statuses
  const words = useProgressWords(upload)
  if (upload.accepted === 0) return <span className={classes.words}>{words}</span>
  return (
    <div
      className={classes.progress}
      role="progressbar"
      aria-label={t.uploads.progressOf(upload.name)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={wholePercent(upload.progress)}
      aria-valuetext={`${format.percent(upload.progress)}, ${words}`}
      data-testid="upload-progress"
    >
      <div className={classes.track}>
        {SEGMENTS.map((status) => {
          const share = (upload.statuses[status] ?? 0) / upload.accepted
          return share === 0 ? null : (
            <span key={status} data-status={status} style={{ width: `${share * 100}%` }} />
          )
        })}
      </div>
      <div className={classes.words}>
        <span>{words}</span>
        <span>{format.percent(upload.progress)}</span>
      </div>
      {['ACKNOWLEDGED', 'PROCESSING'].includes(upload.status) && <Rate upload={upload} />}
      {failed + uncertain > 0 && (
        <div className={classes.troubles}>
          {failed > 0 && (
            <span data-status="FAILED">{t.uploads.failed(failed, format.integer(failed))}</span>
          )}
          {uncertain > 0 && (
            <span data-status="UNCERTAIN">
              {t.uploads.uncertain(uncertain, format.integer(uncertain))}
            </span>
          )}
        </div>
      )}
    </div>
  )
}
