import { Button, Group } from '@mantine/core'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'

type MoreButtonProps = {
  query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'isError' | 'fetchNextPage'
  >
  label: string
  testId: string
}

/** The next page of a list, below the ones shown. */
export function MoreButton({ query, label, testId }: MoreButtonProps) {
  if (!query.hasNextPage || query.isError) return null
  return (
    <Group justify="center" p="sm">
      <Button
        variant="subtle"
        size="xs"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
        data-testid={testId}
      >
        {label}
      </Button>
    </Group>
  )
}
