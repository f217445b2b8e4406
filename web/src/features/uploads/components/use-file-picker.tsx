import { useRef, type ReactNode } from 'react'

import { useText } from '@/lib/i18n/locale-context'

/**
 * Choose a file by any button: what opens the dialog, and the browser's own control, which is put beside
 * the button and stays out of sight.
 */
export function useFilePicker(
  onChoose: (file: File) => void,
  inputTestId = 'file-input',
): [open: () => void, input: ReactNode] {
  const { t } = useText()
  const input = useRef<HTMLInputElement>(null)
  const open = () => input.current?.click()
  return [
    open,
    <input
      key="input"
      ref={input}
      type="file"
      accept=".csv,.txt,.xlsx,.xlsm,.xls,.ods,.ret,text/csv,text/plain"
      className="visually-hidden"
      tabIndex={-1}
      aria-label={t.file.inputLabel}
      data-testid={inputTestId}
      onChange={(event) => {
        const [file] = event.currentTarget.files ?? []
        if (file !== undefined) onChoose(file)
        // The same file chosen again must be a change again.
        event.currentTarget.value = ''
      }}
    />,
  ]
}
