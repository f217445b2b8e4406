import { describe, expect, test } from 'vitest'

import { LineCounter } from './line-counter'

function count(text: string, pieceLength: number, encoding = 'utf-8'): number {
  const counter = new LineCounter(encoding)
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += pieceLength) {
    counter.push(bytes.slice(at, at + pieceLength))
  }
  return counter.lines()
}

describe('counting lines', () => {
  test.each([
    ['', 0],
    ['a', 1],
    ['a\n', 1],
    ['a\nb', 2],
    ['a\r\nb\r\n', 2],
    ['a\rb\rc', 3],
    ['a\rb\r', 2],
    ['\n\n', 2],
    ['a\rb\nc\r\nd', 4],
    ['a\r\r\nb', 3],
  ])('%j has %i lines, in pieces of any size', (text, lines) => {
    for (const pieceLength of [1, 2, 3, 100]) expect(count(text, pieceLength)).toBe(lines)
  })

  test('UTF-16 counts characters, not bytes: U+0A0A and U+010A are no line ends', () => {
    const text = 'a\n\u0a0ab\u010a\r\nc'
    for (const littleEndian of [true, false]) {
      const bytes = new Uint8Array(text.length * 2)
      const view = new DataView(bytes.buffer)
      for (let at = 0; at < text.length; at += 1) {
        view.setUint16(at * 2, text.charCodeAt(at), littleEndian)
      }
      const counter = new LineCounter(littleEndian ? 'utf-16le' : 'utf-16be')
      counter.push(bytes.slice(0, 4))
      counter.push(bytes.slice(4))
      expect(counter.lines()).toBe(3)
    }
  })
})
