import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'

import { problem, server, url } from '@/testing/server'

import { EventParser, followStream, type StreamEvent } from './event-stream'

describe('parsing events', () => {
  const text = ': beat\n\nevent: uploads\ndata: {"a":\ndata: 1}\n\ndata: plain\r\n\r\nevent: end\n\n'

  test('pieces of any size give the same events', () => {
    for (const pieceLength of [1, 2, 5, 7, text.length]) {
      const parser = new EventParser()
      const events: StreamEvent[] = []
      for (let at = 0; at < text.length; at += pieceLength) {
        events.push(...parser.push(text.slice(at, at + pieceLength)))
      }
      expect(events).toEqual([
        { event: 'uploads', data: '{"a":\n1}' },
        { event: 'message', data: 'plain' },
      ])
    }
  })
})

describe('following a stream', () => {
  const options = { path: '/stream', retryMsMin: 5, retryMsMax: 20, onOpenChange: () => undefined }

  test('connects again after an end and after a fault', async () => {
    let calls = 0
    server.use(
      http.get(url('/stream'), () => {
        calls += 1
        if (calls === 2) return problem(503, 'SERVER', '')
        return new HttpResponse(`data: ${calls}\n\n`)
      }),
    )
    const heard: string[] = []
    const stop = new AbortController()
    await followStream({
      ...options,
      signal: stop.signal,
      onEvent: ({ data }) => {
        heard.push(data)
        if (heard.length === 3) stop.abort()
      },
    })
    expect(heard).toEqual(['1', '3', '4'])
  })

  test('takes a silent stream for dead and connects again', async () => {
    let calls = 0
    server.use(
      http.get(url('/stream'), () => {
        calls += 1
        return calls === 1 ? new HttpResponse(new ReadableStream()) : new HttpResponse('data: x\n\n')
      }),
    )
    const stop = new AbortController()
    const opens: boolean[] = []
    await followStream({
      ...options,
      silenceMsMax: 30,
      signal: stop.signal,
      onEvent: () => stop.abort(),
      onOpenChange: (open) => opens.push(open),
    })
    expect(calls).toBe(2)
    expect(opens.slice(0, 3)).toEqual([true, false, true])
  })

  test('ends when the key is refused', async () => {
    server.use(http.get(url('/stream'), () => problem(401, 'UNAUTHORIZED', '')))
    const stop = new AbortController()
    await followStream({ ...options, signal: stop.signal, onEvent: () => undefined })
    expect(stop.signal.aborted).toBe(false)
  })
})
