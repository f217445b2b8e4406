import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import { Dialog } from '@/components/dialog'
import { IconDownload, IconExternalLink } from '@/components/icons'
import { QueryView } from '@/components/query-view'
import { apiPath, getBlob } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import { saveBlob } from '@/lib/save-blob'

import classes from './billing-detail.module.css'

/** An address for a blob, given back when no longer shown. */
function useBlobAddress(blob: Blob): string | null {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    const created = URL.createObjectURL(blob)
    // The address is the effect's product: it must be revoked by the same effect.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setAddress(created)
    return () => URL.revokeObjectURL(created)
  }, [blob])
  return address
}

function PdfView({ blob, debtId }: { blob: Blob; debtId: string }) {
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
          onClick={() => saveBlob(blob, `boleto-${debtId}.pdf`)}
          data-testid="pdf-download"
        >
          {t.pdf.download}
        </Button>
      </Group>
      {navigator.pdfViewerEnabled && address !== null ? (
        <iframe
          title={t.pdf.frame}
          // Without the viewer's side panel: a boleto is one page.
          src={`${address}#navpanes=0&view=FitH`}
          className={classes.pdf}
          data-testid="pdf-frame"
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t.pdf.noViewer}
        </Text>
      )}
    </>
  )
}

type PdfDialogProps = {
  debtId: string
  opened: boolean
  onClose: () => void
}

/** The boleto of a billing. Fetched as a blob, so that the API key goes along in its header. */
export function PdfDialog({ debtId, opened, onClose }: PdfDialogProps) {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['billings', 'pdf', debtId],
    queryFn: async ({ signal }) => {
      const blob = await getBlob(apiPath`/billings/${debtId}/pdf`, 'application/pdf', { signal })
      return blob.type === 'application/pdf' ? blob : new Blob([blob], { type: 'application/pdf' })
    },
    enabled: opened,
    staleTime: Infinity,
  })
  return (
    <Dialog opened={opened} onClose={onClose} title={t.pdf.title} size="xl" testId="pdf-dialog">
      <QueryView query={query} loadingRows={8}>
        {(blob) => <PdfView blob={blob} debtId={debtId} />}
      </QueryView>
    </Dialog>
  )
}
