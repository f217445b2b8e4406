import { useText } from '@/lib/i18n/locale-context'
import type { ReturnFile } from '@/lib/schemas'

import classes from './bank.module.css'
import { deedsOf } from './return-words'

/** What a return file did, or why it did nothing. */
export function Deeds({ file }: { file: ReturnFile }) {
  const { t, format } = useText()
  const deeds = deedsOf(t, format, file)
  if (deeds.length === 0) {
    return file.message !== null ? (
      <span className={classes.said} lang="pt-BR">
        {file.message}
      </span>
    ) : (
      file.verdict !== null && t.bank.returned.nothing
    )
  }
  return (
    <ul className={classes.did}>
      {deeds.map(({ text, isBad }) => (
        <li key={text} data-bad={isBad}>
          {text}
        </li>
      ))}
    </ul>
  )
}
