import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'

import { server, url } from '@/testing/server'

import { takeFile } from './jobs'

vi.mock('@/lib/save-blob', () => ({ saveBlob: vi.fn() }))

test('what a search finds is counted by the answer, where it says how many have no slip', async () => {
  const headers = { 'X-Left-Out': '3', 'Content-Type': 'application/pdf' }
  server.use(http.get(url('/billings/pdfs.pdf'), () => new HttpResponse('%PDF', { headers })))
  expect(await takeFile('SHEET', 'search=CTR-1')).toEqual({ name: 'boletos.pdf', leftOut: 3, job: null })
  server.use(http.get(url('/billings/pdfs.zip'), () => new HttpResponse('PK')))
  expect(await takeFile('ZIP', 'search=CTR-1')).toMatchObject({ leftOut: 0 })
})
