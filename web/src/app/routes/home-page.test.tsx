import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test, vi } from 'vitest'

import { makeCheck } from '@/testing/checks'
import { db, makeBilling, makeUpload } from '@/testing/db'
import { openPage } from '@/testing/open-page'

describe('the first page', () => {
  test('says what needs a person, and each line has the door to it', async () => {
    db.checks = [makeCheck({ id: 'check-1', name: 'janeiro.csv' })]
    db.uploads = [makeUpload({ id: 'upload-1', name: 'dezembro.csv', rejected: 117, statuses: { SENT: 5, FAILED: 289 } })]
    db.billings = [makeBilling({ upload_id: 'upload-1', status: 'FAILED' })]
    const { user, router } = openPage('/')
    const lines = await screen.findAllByTestId('need')
    expect(lines.map((line) => line.getAttribute('data-kind'))).toEqual(['check', 'rejects', 'failed'])
    expect(lines[1]).toHaveTextContent('117 linhas rejeitadas em dezembro.csv')
    expect(within(lines[1] ?? document.body).getByRole('link')).toHaveAttribute('href', '/envios/upload-1/rejeitadas')
    await user.click(within(lines[2] ?? document.body).getByRole('link', { name: /Ver e reenviar/ }))
    await waitFor(() => expect(router.state.location).toMatchObject({ pathname: '/envios/upload-1', search: '?status=FAILED' }))
  })

  test('says that nothing waits', async () => {
    openPage('/')
    expect(await screen.findByTestId('needs-nothing')).toBeVisible()
  })
})

describe('the keys', () => {
  test('j and k go along the rows, and Enter opens', async () => {
    db.uploads = [makeUpload({ id: 'upload-1' }), makeUpload({ id: 'upload-2', name: 'segundo.csv' })]
    const { user, router } = openPage()
    await screen.findAllByTestId('upload-row')
    await user.keyboard('jjk')
    expect(screen.getAllByTestId('upload-name')[0]).toHaveFocus()
    await user.keyboard('j{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/envios/upload-2'))
  })

  test('e asks for a file, but is typed where one types', async () => {
    const { user } = openPage()
    const asked = vi.spyOn(HTMLInputElement.prototype, 'click').mockReturnValue(undefined)
    await user.type(screen.getByTestId('find'), 'e')
    expect(asked).not.toHaveBeenCalled()
    await user.click(document.body)
    await user.keyboard('e')
    expect(asked).toHaveBeenCalledOnce()
  })
})
