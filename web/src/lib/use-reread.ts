import { useQueryClient } from '@tanstack/react-query'

const NAMES = ['uploads', 'billings', 'holds', 'rejects', 'emails', 'ledger', 'remittances', 'returns', 'receipts', 'jobs']

/** Read again what a change of an upload, a billing, a mail or money makes stale. */
export function useReread(): () => Promise<unknown> {
  const client = useQueryClient()
  return () => Promise.all(NAMES.map((name) => client.invalidateQueries({ queryKey: [name] })))
}
