import { expect, test } from 'vitest'

import { resolveApiUrl } from './config'
import { ApiProblem, problemFromBody } from './problem'

test('without an address, the API is on port 8000 of the page’s own host', () => {
  const page = new URL('http://maquina.local:8888/') as unknown as Location
  expect(resolveApiUrl({ apiUrl: null }, page)).toBe('http://maquina.local:8000')
  expect(resolveApiUrl({ apiUrl: 'https://api.exemplo.com/' }, page)).toBe('https://api.exemplo.com')
})

test('an error that is no problem+json is still a problem', () => {
  expect(problemFromBody(413, '<html>')).toMatchObject({ code: 'UPLOAD_TOO_LARGE', status: 413 })
  expect(problemFromBody(502, '')).toMatchObject({ code: 'SERVER' })
  expect(problemFromBody(418, '"x"')).toBeInstanceOf(ApiProblem)
  expect(problemFromBody(400, 'null')).toMatchObject({ code: 'ERROR' })
})
