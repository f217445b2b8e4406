import { describe, expect, test } from 'vitest'

import type { Upload } from '@/lib/schemas'
import { makeUpload } from '@/testing/db'

import { listed, withTold, type UploadsData } from './get-uploads'

const known = (...pages: Upload[][]): UploadsData => ({
  pages: pages.map((records) => ({ records, next: 'cursor', days: [] })),
  pageParams: pages.map(() => null),
})

describe('the list of submitted files', () => {
  test('told records replace their like in place, and new ones come on top', () => {
    const [first, second, fresh] = [makeUpload(), makeUpload(), makeUpload()]
    const after = withTold(known([first], [second]), [fresh, { ...second, progress: 0.5 }])
    expect(listed(after).map((upload) => upload.id)).toEqual([fresh.id, first.id, second.id])
    expect(listed(after)[2]?.progress).toBe(0.5)
    expect(after.pages.map((page) => page.next)).toEqual(['cursor', 'cursor'])
  })

  test('one more page never shows a file twice', () => {
    const [first, second] = [makeUpload(), makeUpload()]
    expect(listed(known([first], [first, second]))).toEqual([first, second])
  })
})
