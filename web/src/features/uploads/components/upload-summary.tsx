import { Stack } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'

import { CodeCounts } from './code-counts'
import { UploadPageActions } from './upload-page-actions'
import { UploadProgress } from './upload-progress'
import { UploadStatus } from './upload-status'
import classes from './upload-summary.module.css'

/** The head of an upload's own page: how far it is, and its counts. */
export function UploadSummary({ upload }: { upload: Upload }) {
  const { t, format } = useText()
  const facts: [string, string][] = [
    [t.uploads.records, format.integer(upload.records)],
    [t.uploads.accepted, format.integer(upload.accepted)],
    [t.uploads.rejected, format.integer(upload.rejected)],
    [t.uploads.duplicates, format.integer(upload.duplicates)],
    [t.file.size, format.bytes(upload.size_bytes)],
    [t.uploads.receivedAt, format.instant(upload.createdat)],
    [t.mail.label, t.mail.short[upload.mail] ?? upload.mail],
  ]
  return (
    <Stack gap="md" data-testid="upload-summary">
      <div>
        <UploadStatus upload={upload} />
      </div>
      <UploadProgress upload={upload} />
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <CodeCounts
        title={t.result.warnings}
        hint={t.result.warningsHint}
        counts={upload.warnings}
      />
      <UploadPageActions upload={upload} />
    </Stack>
  )
}
