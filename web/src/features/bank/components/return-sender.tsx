import { Button, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'

import { ProblemAlert } from '@/components/problem-alert'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { takeReturn, useOfferedReturn } from '@/lib/offered-return'
import { paths } from '@/lib/paths'
import { useReread } from '@/lib/use-reread'

import { returnQuery, sendReturn } from '../api/returns'

import classes from './bank.module.css'

/** Send a return file and open what became of it. */
export function useSendReturn(isOurs = false) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const reread = useReread()
  return useMutation({
    mutationFn: async (file: File) => {
      const taken = await sendReturn(file, isOurs)
      await reread()
      client.setQueryData(returnQuery(taken.return_id).queryKey, taken)
      await navigate(paths.return(taken.return_id))
    },
  })
}

type ReturnPickerProps = { label: string; onChoose: (file: File) => void; isBusy: boolean; testId: string }

/** Choose a return file by button and keyboard. */
export function ReturnPicker({ label, onChoose, isBusy, testId }: ReturnPickerProps) {
  const { t } = useText()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button variant="default" loading={isBusy} onClick={() => input.current?.click()} data-testid={testId}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t.bank.sendReturn.input}
        data-testid={`${testId}-input`}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (file !== undefined) onChoose(file)
        }}
      />
    </>
  )
}

/** Where return files are sent from; takes what was let fall on another page. */
export function ReturnSender() {
  const { t } = useText()
  const words = t.bank.sendReturn
  const sending = useSendReturn()
  const { mutate, isPending, isError, error, variables } = sending
  const offered = useOfferedReturn()
  useEffect(() => {
    // One after the other: a file that is let fall meanwhile waits.
    const file = offered !== null && !isPending ? takeReturn() : null
    if (file !== null) mutate(file)
  }, [offered, isPending, mutate])
  return (
    <>
      {isError && (
        <ProblemAlert
          error={error}
          onRetry={() => mutate(variables)}
          testId="return-problem"
        />
      )}
      <Sheet isRoomy label={words.title}>
        <div className={classes.send}>
          <Text size="sm" maw={620} role="status">
            {isPending ? words.sending(variables.name) : words.hint}
          </Text>
          <ReturnPicker label={words.choose} onChoose={mutate} isBusy={isPending} testId="return-choose" />
        </div>
      </Sheet>
    </>
  )
}
