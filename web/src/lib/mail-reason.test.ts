import { expect, test } from 'vitest'

import { pt } from './i18n/pt'
import { mailReason } from './mail-reason'

test.each([
  ['550 5.1.1 no such user', 'O endereço não existe.'],
  ['452 4.2.2 mailbox full', 'A caixa postal está cheia.'],
  ['552-5.2.2 Quota exceeded', 'A caixa postal está cheia.'],
  ['554 5.7.26 not authenticated', 'O servidor recusou a mensagem.'],
  ['4.4.7 delivery time expired', 'O prazo de entrega acabou.'],
  ['451 4.3.0 try later', 'O servidor pediu para tentar mais tarde.'],
])('%s', (answer, words) => {
  expect(mailReason(pt, answer)).toBe(words)
})

test.each(['550 mailbox unavailable', '10.5.1.1 said no', 'connected to 5.1.1.9', '5.5.0'])(
  'nothing is made of %s',
  (answer) => {
    expect(mailReason(pt, answer)).toBeNull()
  },
)
