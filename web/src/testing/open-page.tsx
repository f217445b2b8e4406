import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter } from 'react-router'

import { App } from '@/app/app'
import { routes } from '@/app/router'

/** Open the whole page at an address, as a person would. */
export function openPage(address = '/') {
  const router = createMemoryRouter(routes, { initialEntries: [address] })
  render(<App router={router} />)
  return { user: userEvent.setup(), router }
}

export function csvFile(text: string, name = 'novo.csv'): File {
  return new File([text], name, { type: 'text/csv' })
}
