import { Anchor } from '@mantine/core'
import { Link, useLocation } from 'react-router'

import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'

import { useFiles } from '../state/files-context'

import classes from './send-strip.module.css'

/** What becomes of the file on its way, for who looks at something else meanwhile. */
export function SendStrip() {
  const { t, format } = useText()
  const { pathname } = useLocation()
  const { chosen, sending } = useFiles().state
  // Both of the pages that it leads to tell more.
  if (paths.isCheck(pathname)) return null
  const told = () => {
    const words = t.checks.strip
    if (sending.phase === 'checked') {
      const { id, name } = sending.check
      return [words.checked(name), words.open, paths.check(id)] as const
    }
    if (chosen === null) return null
    const { name } = chosen
    const share = sending.phase === 'sending' ? sending.bytesSent / sending.bytesTotal : 0
    const said = {
      sending: words.sending(name, format.percent(share)),
      checking: words.checking(name),
      failed: words.failed(name),
      cancelled: words.failed(name),
      idle: words.failed(name),
    }[sending.phase]
    return [said, words.see, paths.newCheck] as const
  }
  const strip = told()
  if (strip === null) return null
  const [said, label, to] = strip
  return (
    <div className={classes.strip} data-testid="send-strip" data-phase={sending.phase}>
      <div>
        <span role="status">{said}</span>
        <Anchor component={Link} to={to} size="sm">
          {label}
        </Anchor>
      </div>
    </div>
  )
}
