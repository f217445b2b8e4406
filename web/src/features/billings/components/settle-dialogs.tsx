import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'

import { ActDialog, REASON_MIN } from '@/components/act-dialog'
import { useText } from '@/lib/i18n/locale-context'
import type { Ledger } from '@/lib/schemas'
import { typedCents } from '@/lib/typed-cents'
import { useReread } from '@/lib/use-reread'

import { settleBilling, undoSettlement } from '../api/ledger'

type ReasonProps = { value: string; onChange: (value: string) => void }

function Reason({ value, onChange }: ReasonProps) {
  const { t } = useText()
  return (
    <Textarea
      label={t.receipts.suspense.reason}
      description={t.receipts.suspense.reasonHint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={500}
      required
      data-testid="settle-reason"
    />
  )
}

type SettleProps = { debtId: string; ledger: Ledger; onClose: () => void }

/** A person says that a billing was paid: how much and when, all that is owed and today by default. */
export function SettleDialog({ debtId, ledger, onClose }: SettleProps) {
  const { t, format, locale } = useText()
  const words = t.receipts.ledger
  const reread = useReread()
  // Sent again after an answer that got lost, it is the same settlement.
  const [key] = useState(() => `${String(Date.now())}-${String(Math.random()).slice(2)}`)
  const [amount, setAmount] = useState('')
  const [paidOn, setPaidOn] = useState('')
  const [reason, setReason] = useState('')
  const cents = typedCents(amount, locale)
  const isWrong = amount.trim() !== '' && cents === null
  const settle = async () => {
    await settleBilling(debtId, { paid_cents: cents, paid_on: paidOn || null, reason: reason.trim() }, key)
    await reread()
  }
  return (
    <ActDialog
      opened
      title={words.settleTitle}
      body={words.settleBody(format.money(ledger.receivable_cents))}
      confirm={words.settleConfirm}
      isIncomplete={reason.trim().length < REASON_MIN || isWrong}
      act={settle}
      onClose={onClose}
    >
      <TextInput
        label={words.amount}
        value={amount}
        onChange={(event) => setAmount(event.currentTarget.value)}
        error={isWrong && words.amountWrong}
        inputMode="decimal"
        maxLength={20}
        data-testid="settle-amount"
      />
      <TextInput
        type="date"
        label={words.paidOn}
        value={paidOn}
        onChange={(event) => setPaidOn(event.currentTarget.value)}
        data-testid="settle-paid-on"
      />
      <Reason value={reason} onChange={setReason} />
    </ActDialog>
  )
}

type UndoProps = { debtId: string; settlement: number; onClose: () => void }

export function UndoDialog({ debtId, settlement, onClose }: UndoProps) {
  const { t } = useText()
  const words = t.receipts.ledger
  const reread = useReread()
  const [reason, setReason] = useState('')
  const undo = async () => {
    await undoSettlement(debtId, settlement, reason.trim())
    await reread()
  }
  return (
    <ActDialog
      opened
      title={words.undoTitle}
      body={words.undoBody}
      confirm={words.undoConfirm}
      isGrave
      isIncomplete={reason.trim().length < REASON_MIN}
      act={undo}
      onClose={onClose}
    >
      <Reason value={reason} onChange={setReason} />
    </ActDialog>
  )
}
