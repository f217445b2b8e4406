import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { Dialog } from '@/components/dialog'
import { IconDownload, IconExternalLink } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { useText } from '@/lib/i18n/locale-context'
import { saveBlob } from '@/lib/save-blob'

import { pdfName, pdfQuery, type PdfSubject } from '../api/get-pdf'

import { PdfFrame, useBlobAddress } from './pdf-frame'

function PdfView({ blob, billing }: { blob: Blob; billing: PdfSubject }) {
  const { t } = useText()
  const address = useBlobAddress(blob)
  return (
    <>
      <Group mb="sm" gap="xs">
        <Button
          component="a"
          href={address ?? undefined}
          target="_blank"
          rel="noopener"
          variant="default"
          size="xs"
          leftSection={<IconExternalLink size={16} aria-hidden="true" />}
          data-testid="pdf-new-tab"
        >
          {t.pdf.newTab}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={16} aria-hidden="true" />}
          onClick={() => saveBlob(blob, pdfName(billing))}
          data-testid="pdf-download"
        >
          {t.pdf.download}
        </Button>
      </Group>
      <PdfFrame blob={blob} />
    </>
  )
}

type PdfDialogProps = {
  billing: PdfSubject
  opened: boolean
  onClose: () => void
}

/** The boleto of a billing, over the page. */
export function PdfDialog({ billing, opened, onClose }: PdfDialogProps) {
  const { t } = useText()
  const query = useQuery({ ...pdfQuery(billing.debt_id), enabled: opened })
  return (
    <Dialog opened={opened} onClose={onClose} title={t.pdf.title} size="xl" testId="pdf-dialog">
      <QueryView query={query} loadingRows={8}>
        {(blob) => <PdfView blob={blob} billing={billing} />}
      </QueryView>
    </Dialog>
  )
}
