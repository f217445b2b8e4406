import { useRef, type ReactNode } from 'react'

import { useText } from '@/lib/i18n/locale-context'

type FilePickerProps = {
  onChoose: (file: File) => void
  inputTestId: string
  /** The button, which opens the dialog for files. */
  children: (open: () => void) => ReactNode
}

/** Choose a file by a button and the keyboard; the browser's own control stays out of sight. */
export function FilePicker({ onChoose, inputTestId, children }: FilePickerProps) {
  const { t } = useText()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.xlsx,.xlsm,.xls,.ods,text/csv,text/plain"
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
      />
    </>
  )
}
