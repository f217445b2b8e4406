import '@mantine/core/styles.css'
import '@fontsource/ibm-plex-sans/latin-400.css'
import '@fontsource/ibm-plex-sans/latin-500.css'
import '@fontsource/ibm-plex-sans/latin-600.css'
import '@fontsource/ibm-plex-mono/latin-400.css'
import '@/components/base.css'

import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { RouterProvider } from 'react-router'

import { cssVariables, theme } from '@/components/theme'
import { FilesProvider } from '@/features/uploads/state/files-provider'
import { LocaleProvider } from '@/lib/i18n/locale-provider'
import { ApiProblem } from '@/lib/problem'

import { ApiKeyDialog } from './api-key-dialog'
import type { createRouter } from './router'

const RETRIES_MAX = 2

/** Only what may pass by itself is tried again: no answer, or a server's fault. */
function isWorthRetrying(failures: number, error: Error): boolean {
  if (failures >= RETRIES_MAX) return false
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 502)
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: isWorthRetrying, retryDelay: 800, staleTime: 2_000 } },
  })
}

export function App({ router }: { router: ReturnType<typeof createRouter> }) {
  const [queryClient] = useState(createQueryClient)
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme="light">
      <LocaleProvider>
        <QueryClientProvider client={queryClient}>
          <FilesProvider>
            <RouterProvider router={router} />
            <ApiKeyDialog />
          </FilesProvider>
        </QueryClientProvider>
      </LocaleProvider>
    </MantineProvider>
  )
}
