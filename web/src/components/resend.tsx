import { Alert, Button, Group, Text } from '@mantine/core'
import { useState } from 'react'

import { postTo, withQuery } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import type { Resent } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { ConfirmDialog } from './confirm-dialog'

/** What is to be sent again: the mails of a state, or also those whose addresses are blocked. */
type Wish = 'FAILED' | 'UNCERTAIN' | 'SUPPRESSED'

const QUERIES = {
  FAILED: { states: 'FAILED' },
  UNCERTAIN: { states: 'UNCERTAIN' },
  SUPPRESSED: { states: 'FAILED', suppressed: 'true' },
}

type ResendProps = {
  /** The file or billing whose mails are meant. */
  path: string
  failed: number
  uncertain: number
}

/** Sets mails going again that were given up, and uncertain ones knowingly; says what became of it. */
export function Resend({ path, failed, uncertain }: ResendProps) {
  const { t, format } = useText()
  const reread = useReread()
  const [wish, setWish] = useState<Wish | null>(null)
  const [resent, setResent] = useState<Resent | null>(null)
  const words = t.resend
  const ask = (about: Wish, count: number) => count > 0 && (
    <Button size="xs" variant="default" onClick={() => setWish(about)} data-testid={`resend-${about}`}>
      {words[about].button(count)}
    </Button>
  )
  const send = async () => {
    if (wish === null) return
    setResent(await postTo<Resent>(withQuery(`${path}/resend`, QUERIES[wish])))
    await reread()
  }
  return (
    <>
      {ask('FAILED', failed)}
      {ask('UNCERTAIN', uncertain)}
      {resent !== null && (
        <Alert color="petrol" role="status" w="100%" className="last" data-testid="resent">
          <Group gap="xs">
            <Text size="sm">
              {words.mails(resent.mails, format.integer(resent.mails))}{' '}
              {resent.suppressed > 0 &&
                words.suppressed(resent.suppressed, format.integer(resent.suppressed))}
            </Text>
            {ask('SUPPRESSED', resent.suppressed)}
          </Group>
        </Alert>
      )}
      <ConfirmDialog
        opened={wish !== null}
        title={words[wish ?? 'FAILED'].title}
        body={words[wish ?? 'FAILED'].body}
        confirm={words.confirm}
        isGrave={wish !== 'FAILED'}
        act={send}
        onClose={() => setWish(null)}
      />
    </>
  )
}
