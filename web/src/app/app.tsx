import '@/components/mantine.css'
import 'virtual:theme.css'
import '@/components/fonts.css'
import '@/components/base.css'

import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState, type ComponentType, type ReactNode } from 'react'

import { theme } from '@/components/theme'
import { FilesProvider } from '@/features/uploads/state/files-provider'
import { LocaleProvider } from '@/lib/i18n/locale-provider'
import { ApiProblem } from '@/lib/problem'

import { ApiKeyDialog } from './api-key-dialog'
import { FormerAddresses } from './former-addresses'
import { Pages } from './pages'
import { CrashBoundary } from './routes/crash-page'

const RETRIES_MAX = 2

/** What may pass by itself, and is tried again: no answer, or none from behind a proxy, or not now. */
const PASSING = [0, 502, 503, 504]

function isWorthRetrying(failures: number, error: Error): boolean {
  if (failures >= RETRIES_MAX) return false
  return error instanceof ApiProblem && PASSING.includes(error.status)
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: isWorthRetrying,
        retryDelay: 800,
        staleTime: 2_000,
        // The API may be on this machine: being offline is no reason not to ask, nor to say nothing.
        networkMode: 'always',
        refetchOnReconnect: true,
      },
      mutations: { networkMode: 'always' },
    },
  })
}

export function App({ Router }: { Router: ComponentType<{ children: ReactNode }> }) {
  const [queryClient] = useState(createQueryClient)
  return (
    // The build writes its style sheets: the page's security policy allows none written by a script.
    <MantineProvider
      theme={theme}
      // As the system is.
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <LocaleProvider>
        <QueryClientProvider client={queryClient}>
          <FilesProvider>
            <CrashBoundary>
              <Router>
                <FormerAddresses>
                  <Pages />
                </FormerAddresses>
              </Router>
            </CrashBoundary>
            <ApiKeyDialog />
          </FilesProvider>
        </QueryClientProvider>
      </LocaleProvider>
    </MantineProvider>
  )
}
