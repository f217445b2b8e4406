import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import classes from './billing-detail.module.css'

/** An address for a blob, given back when no longer shown. */
export function useBlobAddress(blob: Blob): string | null {
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

/** A boleto in the browser's own viewer, or a word where it has none. */
export function PdfFrame({ blob }: { blob: Blob }) {
  const { t } = useText()
  const address = useBlobAddress(blob)
  if (!navigator.pdfViewerEnabled || address === null) {
    return (
      <Text size="sm" c="dimmed">
        {t.pdf.noViewer}
      </Text>
    )
  }
  return (
    <iframe
      title={t.pdf.frame}
      // Without the viewer's side panel: a boleto is one page.
      src={`${address}#navpanes=0&view=FitH`}
      className={classes.pdf}
      data-testid="pdf-frame"
    />
  )
}
