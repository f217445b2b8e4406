import { Group, Text, TextInput } from '@mantine/core'
import { useState } from 'react'

import { ActDialog } from '@/components/act-dialog'
import { useText } from '@/lib/i18n/locale-context'
import type { RefusedTitle, TitleAddress } from '@/lib/schemas'
import { useReread } from '@/lib/use-reread'

import { enterAgain } from '../api/refused'

type Part = keyof TitleAddress

/** Rows of fields, each with its most characters. */
const ROWS: [Part, number][][] = [
  [['street', 100]],
  [
    ['number', 10],
    ['complement', 30],
  ],
  [
    ['district', 60],
    ['city', 60],
  ],
  [
    ['state', 2],
    ['postal_code', 9],
  ],
]

type EnterAgainProps = { title: RefusedTitle; onDone: (said: string) => void; onClose: () => void }

/** The address as the bank should have it, and the wish to send the title once more. */
export function EnterAgainDialog({ title, onDone, onClose }: EnterAgainProps) {
  const { t } = useText()
  const words = t.bank.refused
  const reread = useReread()
  const [address, setAddress] = useState<TitleAddress>(title.address)
  const isChanged = ROWS.flat().some(([part]) => address[part] !== title.address[part])
  const act = async () => {
    await enterAgain(title.debt_id, isChanged ? address : null)
    onDone(words.asked(title.code))
    await reread()
  }
  return (
    <ActDialog
      opened
      title={words.dialogTitle(title.code)}
      body={words.dialogBody}
      confirm={words.confirm}
      isIncomplete={false}
      act={act}
      onClose={onClose}
    >
      {title.mend === 'BILL_AGAIN' && (
        <Text size="sm" c="var(--tone-attention)" data-testid="refused-bill-again">
          {words.mend.BILL_AGAIN}
        </Text>
      )}
      {ROWS.map((row) => (
        <Group key={row[0]?.[0]} grow align="flex-start">
          {row.map(([part, length]) => (
            <TextInput
              key={part}
              label={words.address[part]}
              value={address[part]}
              onChange={(event) => setAddress({ ...address, [part]: event.currentTarget.value })}
              maxLength={length}
              data-testid={`refused-${part}`}
            />
          ))}
        </Group>
      ))}
    </ActDialog>
  )
}
