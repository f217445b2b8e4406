import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { ALIASES } from './column-names'
import { PREVIEW_BYTES, PREVIEW_ROWS_MAX, readPreview } from './csv-preview'

const utf8 = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const joined = (...pieces: Uint8Array[]) => Uint8Array.from(pieces.flatMap((piece) => [...piece]))

const HEADER = 'Nome;CPF;E-mail;Valor;Vencimento;Código\n'

/** What is seen of a file: its header, and each row with the number of its line. */
function seen(bytes: Uint8Array, isWholeFile = true) {
  const { header, rows } = readPreview(bytes, isWholeFile)
  return { header: header?.cells, rows: rows.map((row) => row.cells), lines: rows.map((row) => row.line) }
}

function utf16(text: string, { isLittle = true, hasMark = true } = {}): Uint8Array {
  const marked = hasMark ? `\ufeff${text}` : text
  const bytes = new Uint8Array(marked.length * 2)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < marked.length; at += 1) view.setUint16(at * 2, marked.charCodeAt(at), isLittle)
  return bytes
}

describe('the preview of a CSV', () => {
  test('reads header and rows, quotes and quoted line breaks', () => {
    const preview = seen(utf8('a,b\n"x, ""y""\nz",2\n3,4\n'))
    expect(preview.header).toEqual(['a', 'b'])
    expect(preview.rows).toEqual([
      ['x, "y"\nz', '2'],
      ['3', '4'],
    ])
    expect(preview.lines).toEqual([2, 4])
  })

  test.each([
    ['semicolon', 'nome;valor\nAna;1,50\n', ';'],
    ['tab', 'nome\tvalor\nAna\t1,50\n', '\t'],
    ['comma', 'nome,"a;b;c;d"\n1,2\n', ','],
    ['what shows most known columns, not most fields', 'nome;valor;e,m,a,i,l\n', ';'],
    ['what the file says', 'sep=|;;;;\nnome;x|valor\n', '|'],
  ])('finds the delimiter: %s', (_name, text, delimiter) => {
    expect(readPreview(utf8(text), true).delimiter).toBe(delimiter)
  })

  test('leaves out a row that the sample cuts, but not the last row of a whole file', () => {
    expect(seen(utf8('a,b\n1,2\n3,'), false).rows).toEqual([['1', '2']])
    expect(seen(utf8('a,b\n1,2\n3,')).rows).toHaveLength(2)
  })

  test('shows a bounded number of rows, and nothing of an empty file', () => {
    expect(seen(utf8('a\n' + '1\n'.repeat(99))).rows).toHaveLength(PREVIEW_ROWS_MAX)
    expect(readPreview(new Uint8Array(), true)).toMatchObject({ header: null, rows: [] })
    expect(readPreview(utf8('\n  \n'), true).header).toBeNull()
  })

  test('quotes that fail cost their own line only, however far it is to the next one', () => {
    expect(seen(utf8('a,b\n"never closed\n1,2\n')).rows).toEqual([['"never closed'], ['1', '2']])
    expect(seen(utf8('a,b\n"closed" too early,2\n1,2\n')).rows).toEqual([
      ['"closed" too early', '2'],
      ['1', '2'],
    ])
    expect(seen(utf8(`a,b\n"x${'\n'.repeat(1_000)}",2\n`)).lines).toEqual([2, 1_002])
  })

  test('blanks around quotes are no part of the field', () => {
    expect(seen(utf8('a,b\n "x,y" ,2\n')).rows).toEqual([['x,y', '2']])
  })
})

describe('the encoding, line by line', () => {
  test('reads Windows-1252 as Excel writes it', () => {
    const preview = readPreview(latin1('Jo\xe3o\n'), true)
    expect(preview.encoding).toBe('windows-1252')
    expect(preview.header?.cells).toEqual(['João'])
  })

  test('reads UTF-8 with a BOM, and cut inside a character', () => {
    const bytes = utf8('\ufeffnome\nÁ')
    expect(seen(bytes).header).toEqual(['nome'])
    expect(readPreview(bytes.slice(0, -1), false).encoding).toBe('utf-8')
  })

  test('reads UTF-16 by its mark or by its zeros, in either order', () => {
    for (const isLittle of [true, false]) {
      for (const hasMark of [true, false]) {
        const preview = readPreview(utf16('nome;valor\r\nÁlvaro;1\r\n', { isLittle, hasMark }), true)
        expect(preview.encoding).toBe(isLittle ? 'utf-16le' : 'utf-16be')
        expect(preview.rows[0]?.cells).toEqual(['Álvaro', '1'])
      }
    }
  })

  test.each([
    ['one row of Windows-1252 among UTF-8', utf8('João;1\nInês;2\n'), latin1('Concei\xe7\xe3o;3\r\n'), 'utf-8'],
    ['the same below a mark', utf8('\ufeffnome;valor\nJoão;1\n'), latin1('Concei\xe7\xe3o;3\r'), 'utf-8'],
    ['one row of UTF-8 among Windows-1252', utf8('João;1\n'), latin1('Jo\xe3o;2\nConcei\xe7\xe3o;3\n'), 'windows-1252'],
  ])('%s is read by itself', (_case, first, second, encoding) => {
    const preview = readPreview(joined(first, second), true)
    const names = [preview.header, ...preview.rows].map((row) => row?.cells[0])
    expect(names).toContain('João')
    expect(names).toContain('Conceição')
    expect(names.join()).not.toMatch(/Ã|�/)
    expect(preview.encoding).toBe(encoding)
  })

  test('what comes after the sample changes nothing of what is shown', () => {
    const rows = utf8(HEADER + 'João;1;a@b.co;1,00;10/03/2027;x\n'.repeat(8_000))
    const file = joined(rows, latin1('Jos\xe9;2\n'))
    expect(file.length).toBeGreaterThan(PREVIEW_BYTES)
    const preview = seen(file.slice(0, PREVIEW_BYTES), false)
    expect(preview.rows.map(([name]) => name)).toEqual(Array(PREVIEW_ROWS_MAX).fill('João'))
  })
})

describe('what is no record', () => {
  test('titles above the header are passed over, and lines keep their numbers', () => {
    const preview = readPreview(utf8(`Escola Aurora\n;;;;;\n\n${HEADER}Ana;1;a;1;1;x\n`), true)
    expect(preview.header).toMatchObject({ line: 4, cells: expect.arrayContaining(['Nome']) as unknown })
    expect(preview.rows.map((row) => row.line)).toEqual([5])
  })

  test('what may be a record above the header is shown: the server refuses such a file', () => {
    expect(seen(utf8(`Ana;111\n${HEADER}`)).header).toEqual(['Ana', '111'])
    expect(seen(utf8(`Título\nNome;CPF\n`)).header).toEqual(['Título'])
  })

  test.each([
    ['sep=;;;;;', `sep=;;;;;\n${HEADER}Ana;1\n`, [3]],
    ['"sep=;" in quotes and blank lines', `\n"sep=;"\n \n${HEADER}Ana;1\n`, [5]],
    ['delimiters and empty quotes', `${HEADER};;;;;\n\n "" ;; \nAna;1\n`, [5]],
    ['a total', `${HEADER}Ana;1\nTotal geral:;;;R$ 1.234,56;;\nBia;2\nSubtotal;;;9;;\n`, [2, 4]],
    ['a Ctrl-Z at the end', `${HEADER}Ana;1\n\x1a`, [2]],
  ])('%s', (_case, text, lines) => {
    expect(seen(utf8(text)).lines).toEqual(lines)
  })

  test('a person called Total is billed', () => {
    expect(seen(utf8(`${HEADER}Total;1;a@b.co;1;1;x\nTotal Ltda;;;9;;\n`)).lines).toEqual([2, 3])
  })
})

test('the names of the columns are those of the server', () => {
  const source = readFileSync('../src/cobranca/uploads/csv_reader/column_names.py', 'utf-8')
  const table = /_ALIASES.*?= \{(.*?)^\}/ms.exec(source)?.[1] ?? ''
  const entries = [...table.matchAll(/"(\w+)": \((.*?)\)/gs)].map(([, official, aliases]) => [
    official,
    [...(aliases ?? '').matchAll(/"(.*?)"/g)].map((piece) => piece[1]).join(''),
  ])
  expect(entries).toHaveLength(6)
  expect(ALIASES).toEqual(Object.fromEntries(entries))
})
