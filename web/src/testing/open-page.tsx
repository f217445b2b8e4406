import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { MemoryRouter, useLocation, type InitialEntry, type Location } from 'react-router'

import { App } from '@/app/app'
import { paths } from '@/lib/paths'

/** Open the whole page at an address, as a person would. */
export function openPage(address: InitialEntry = paths.uploads) {
  const router = { state: {} as { location: Location } }
  function Address() {
    // A test reads the address from outside of React.
    router.state.location = useLocation()
    return null
  }
  function Router({ children }: { children: ReactNode }) {
    return (
      <MemoryRouter initialEntries={[address]}>
        <Address />
        {children}
      </MemoryRouter>
    )
  }
  render(<App Router={Router} />)
  return { user: userEvent.setup(), router }
}

export function csvFile(text: string, name = 'novo.csv'): File {
  return new File([text], name, { type: 'text/csv' })
}
