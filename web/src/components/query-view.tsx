import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { LoadingRows } from './loading-rows'
import { ProblemAlert } from './problem-alert'

type QueryViewProps<T> = {
  query: UseQueryResult<T>
  isEmpty?: (value: T) => boolean
  empty?: ReactNode
  loadingRows?: number
  children: (value: T) => ReactNode
}

/** The four states of a query: loading, error, empty, data. Old data stay in sight below an error. */
export function QueryView<T>(props: QueryViewProps<T>) {
  const { query, isEmpty, empty, loadingRows, children } = props
  const retry = () => void query.refetch()
  if (query.data === undefined) {
    if (query.isError) return <ProblemAlert error={query.error} onRetry={retry} />
    return <LoadingRows {...(loadingRows === undefined ? {} : { rows: loadingRows })} />
  }
  return (
    <>
      {query.isError && <ProblemAlert error={query.error} onRetry={retry} />}
      {isEmpty?.(query.data) ? empty : children(query.data)}
    </>
  )
}
