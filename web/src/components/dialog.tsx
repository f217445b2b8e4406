import { Modal, type ModalProps } from '@mantine/core'

import { useText } from '@/lib/i18n/locale-context'
import { useLayer } from '@/lib/layers'

type DialogProps = Omit<ModalProps, 'closeButtonProps'> & { testId: string }

/** What lies over the page. `Esc` closes the topmost alone. */
export function Dialog({ testId, ...modal }: DialogProps) {
  const { t } = useText()
  useLayer(modal.opened, modal.onClose)
  return (
    <Modal closeButtonProps={{ 'aria-label': t.common.close }} data-testid={testId} {...modal} />
  )
}
