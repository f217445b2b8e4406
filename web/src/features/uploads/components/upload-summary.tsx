import { Stack } from '@mantine/core'

import { Facts, type Fact } from '@/components/facts'
import { formatTaxId } from '@/lib/format'
import { useText } from '@/lib/i18n/locale-context'
import type { Upload } from '@/lib/schemas'

import { settledWords } from '../state/settled-words'
import { useIsForeign } from '../state/use-is-foreign'

import { CodeCounts } from './code-counts'
import { UploadPageActions } from './upload-page-actions'
import { UploadProgress } from './upload-progress'
import { UploadStatus } from './upload-status'

/** The head of an upload's own page: how far it is, and its counts. */
export function UploadSummary({ upload }: { upload: Upload }) {
  const text = useText()
  const { t, format } = text
  const amountOf = ({ amount_cents: cents }: Upload): Fact[] =>
    cents === null ? [] : [[t.uploads.amount, format.money(cents)]]
  const settled = settledWords(upload, text).join(' · ')
  const facts: Fact[] = [
    [t.uploads.records, format.integer(upload.records)],
    [t.uploads.accepted, format.integer(upload.accepted)],
    ...amountOf(upload),
    ...(settled === '' ? [] : [[t.uploads.settled, settled] satisfies Fact]),
    [t.uploads.rejected, format.integer(upload.rejected)],
    [t.uploads.duplicates, format.integer(upload.duplicates)],
    [t.file.size, format.bytes(upload.size_bytes)],
    [t.uploads.receivedAt, format.instant(upload.createdat)],
    [t.mail.label, t.mail.short[upload.mail] ?? upload.mail],
  ]
  const isForeign = useIsForeign()
  if (isForeign(upload)) {
    const taxId = formatTaxId(upload.beneficiary_tax_id)
    facts.push([t.uploads.owner, `${upload.beneficiary} (${taxId})`])
  }
  return (
    <Stack gap="md" data-testid="upload-summary">
      <div>
        <UploadStatus upload={upload} />
      </div>
      <UploadProgress upload={upload} />
      <Facts facts={facts} />
      <CodeCounts
        title={t.result.warnings}
        hint={t.result.warningsHint}
        counts={upload.warnings}
      />
      <UploadPageActions upload={upload} />
    </Stack>
  )
}
