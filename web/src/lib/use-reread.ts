import { useQueryClient } from '@tanstack/react-query'

/** Read again what a change of an upload, a billing or a mail makes stale. */
export function useReread(): () => Promise<unknown> {
  const client = useQueryClient()
  return () =>
    Promise.all(
      ['uploads', 'billings', 'holds', 'rejects', 'emails'].map((name) => client.invalidateQueries({ queryKey: [name] })),
    )
}
