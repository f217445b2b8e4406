import { pt } from './pt'

/** The words of *Banco*, *Recebimentos* and of a billing's money come with the pages that say them. */
export async function loadMoneyWords(): Promise<void> {
  const [{ bank }, { receipts }] = await Promise.all([import('./pt-bank'), import('./pt-receipts')])
  Object.assign(pt.bank, bank)
  Object.assign(pt.receipts, receipts)
}
