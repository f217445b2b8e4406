import { describe, expect, test } from 'vitest'

import { currentAddress, paths } from './paths'

const at = (address: string): ReturnType<typeof currentAddress> => {
  const { pathname, search, hash } = new URL(address, 'http://127.0.0.1:8888')
  return currentAddress({ pathname, search, hash })
}

describe('an address of an earlier release', () => {
  test.each([
    ['/#/', '/'],
    ['/#/uploads/a1?billing=b2&status=SENT', '/envios/a1?billing=b2&status=SENT'],
    ['/#/checks/new', paths.newCheck],
    ['/#/checks/a1', '/envios/a1/conferir'],
    ['/#/mailbox?upload_id=a1&mail=b2', paths.mail('a1', 'b2')],
    ['/#/nowhere', '/nowhere'],
    ['/uploads/a1?status=SENT', '/envios/a1?status=SENT'],
    ['/mailbox', paths.outbox],
  ])('%s leads to %s', (former, now) => {
    expect(at(former)).toBe(now)
  })

  test.each(['/#//elsewhere.example/x', '/#/\\/elsewhere.example/x'])('%s stays on this page', (former) => {
    expect(at(former)).toBe('/elsewhere.example/x')
  })
})

test.each(['/', '/envios', '/envios/a1?status=SENT', '/#content', '/nowhere'])('%s is of today', (address) => {
  expect(at(address)).toBeNull()
})
