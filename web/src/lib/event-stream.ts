/** Server-sent events over fetch: EventSource cannot carry the API key. */
import { callApi } from './api-client'
import { ApiProblem } from './problem'

export type StreamEvent = { event: string; data: string }

/** Cut a text stream into events. Feed it pieces of any size; comments and unknown fields are skipped. */
export class EventParser {
  private rest = ''
  private event = ''
  private data: string[] = []

  push(chunk: string): StreamEvent[] {
    const events: StreamEvent[] = []
    const lines = (this.rest + chunk).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') this.finish(events)
      else this.field(line)
    }
    return events
  }

  private field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') this.event = value
    if (name === 'data') this.data.push(value)
  }

  private finish(events: StreamEvent[]): void {
    if (this.data.length > 0) {
      events.push({ event: this.event || 'message', data: this.data.join('\n') })
    }
    this.event = ''
    this.data = []
  }
}

export type FollowOptions = {
  path: string
  onEvent: (event: StreamEvent) => void
  /** True while the stream is open; false lets the caller poll instead. */
  onOpenChange: (open: boolean) => void
  signal: AbortSignal
  /** A stream silent for so long (no heartbeat either) is taken for dead. */
  silenceMsMax?: number
  retryMsMin?: number
  retryMsMax?: number
}

async function readStream(options: FollowOptions): Promise<void> {
  const silenceMsMax = options.silenceMsMax ?? 45_000
  const connection = new AbortController()
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null
  const stop = () => {
    connection.abort()
    // Ends a read that is under way; one that has failed already has nothing left to cancel.
    reader?.cancel().catch(() => undefined)
  }
  options.signal.addEventListener('abort', stop)
  let watchdog = setTimeout(stop, silenceMsMax)
  try {
    const response = await callApi(options.path, {
      accept: 'text/event-stream',
      signal: connection.signal,
    })
    if (response.body === null) return
    const parser = new EventParser()
    const decoder = new TextDecoder()
    reader = response.body.getReader()
    options.onOpenChange(true)
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(watchdog)
      watchdog = setTimeout(stop, silenceMsMax)
      parser.push(decoder.decode(value, { stream: true })).forEach(options.onEvent)
    }
  } finally {
    clearTimeout(watchdog)
    options.signal.removeEventListener('abort', stop)
    options.onOpenChange(false)
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

/** Follow a stream until aborted, connecting again with growing pauses. Ends early on a refused key. */
export async function followStream(options: FollowOptions): Promise<void> {
  const retryMsMin = options.retryMsMin ?? 1_000
  const retryMsMax = options.retryMsMax ?? 15_000
  let pauseMs = retryMsMin
  while (!options.signal.aborted) {
    const startedAt = Date.now()
    try {
      await readStream(options)
    } catch (error) {
      // Every failure is met the same way, by connecting again, but a refused key waits for a new one.
      if (error instanceof ApiProblem && error.code === 'UNAUTHORIZED') return
    }
    // A stream that had lived was healthy: try again at once-ish.
    pauseMs = Date.now() - startedAt > retryMsMax ? retryMsMin : pauseMs
    await wait(pauseMs, options.signal)
    pauseMs = Math.min(pauseMs * 2, retryMsMax)
  }
}
