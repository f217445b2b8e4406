import type { ReactNode } from 'react'

import { LoadingRows } from './loading-rows'
import { ProblemAlert } from './problem-alert'

type QueryViewProps<T> = {
  query: { data: T | undefined; isError: boolean; error: unknown; refetch: () => Promise<unknown> }
  isEmpty?: (value: T) => boolean
  empty?: ReactNode
  loadingRows?: number
  children: (value: T) => ReactNode
}

/** The four states of a query: loading, error, empty, data. Old data stay in sight below an error. */
export function QueryView<T>({ query, isEmpty, empty, loadingRows, children }: QueryViewProps<T>) {
  const { data } = query
  if (data === undefined && !query.isError) return <LoadingRows rows={loadingRows} />
  return (
    <>
      {query.isError && (
        <ProblemAlert
          error={query.error}
          onRetry={() => void query.refetch()}
          isStale={data !== undefined}
        />
      )}
      {data !== undefined && (isEmpty?.(data) ? empty : children(data))}
    </>
  )
}
