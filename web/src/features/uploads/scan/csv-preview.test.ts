import { describe, expect, test } from 'vitest'

import { PREVIEW_ROWS_MAX, readPreview } from './csv-preview'

const utf8 = (text: string) => new TextEncoder().encode(text)

function utf16le(text: string): Uint8Array {
  const bytes = new Uint8Array(2 + text.length * 2)
  bytes.set([0xff, 0xfe])
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < text.length; at += 1) {
    view.setUint16(2 + at * 2, text.charCodeAt(at), true)
  }
  return bytes
}

describe('the preview of a CSV', () => {
  test('reads header and rows, quotes and quoted line breaks', () => {
    const preview = readPreview(utf8('a,b\n"x, ""y""\nz",2\n3,4\n'), true)
    expect(preview.header).toEqual(['a', 'b'])
    expect(preview.rows).toEqual([
      ['x, "y"\nz', '2'],
      ['3', '4'],
    ])
  })

  test.each([
    ['semicolon', 'nome;valor\nAna;1,50\n', ';'],
    ['tab', 'nome\tvalor\nAna\t1,50\n', '\t'],
    ['comma', 'nome,"a;b;c;d"\n1,2\n', ','],
  ])('finds the delimiter: %s', (_name, text, delimiter) => {
    expect(readPreview(utf8(text), true).delimiter).toBe(delimiter)
  })

  test('reads Windows-1252 as Excel writes it', () => {
    const preview = readPreview(Uint8Array.from([0x4a, 0x6f, 0xe3, 0x6f, 0x0a]), true)
    expect(preview.encoding).toBe('windows-1252')
    expect(preview.header).toEqual(['João'])
  })

  test('reads UTF-8 with a BOM, and cut inside a character', () => {
    const bytes = utf8('\ufeffnome\nÁ')
    expect(readPreview(bytes, true).header).toEqual(['nome'])
    expect(readPreview(bytes.slice(0, -1), false).encoding).toBe('utf-8')
  })

  test('reads UTF-16', () => {
    const preview = readPreview(utf16le('nome;x\r\nÁlvaro;1\r\n'), true)
    expect(preview.encoding).toBe('utf-16le')
    expect(preview.rows).toEqual([['Álvaro', '1']])
  })

  test('leaves out a row that the sample cuts, but not the last row of a whole file', () => {
    expect(readPreview(utf8('a,b\n1,2\n3,'), false).rows).toEqual([['1', '2']])
    expect(readPreview(utf8('a,b\n1,2\n3,'), true).rows).toHaveLength(2)
  })

  test('shows a bounded number of rows, and nothing of an empty file', () => {
    expect(readPreview(utf8('a\n' + '1\n'.repeat(99)), true).rows).toHaveLength(PREVIEW_ROWS_MAX)
    expect(readPreview(new Uint8Array(), true)).toMatchObject({ header: [], rows: [] })
  })

  test('an unterminated quote does not hang or throw', () => {
    expect(readPreview(utf8('a,b\n"never closed\n1,2\n'), true).rows).toHaveLength(1)
  })
})
