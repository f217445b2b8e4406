import { Text } from '@mantine/core'
import { useCallback, useState } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import type { CsvPreview } from '../scan/csv-preview'

import classes from './chosen-file.module.css'

/** Whether a part of what scrolls sideways is out of sight. */
function useOverflow() {
  const [overflows, setOverflows] = useState(false)
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return
    const measure = () => setOverflows(element.scrollWidth > element.clientWidth)
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { ref, overflows }
}

/** The first rows as they stand in the file; rows longer or shorter than the header are shown so. */
export function PreviewTable({ preview }: { preview: CsvPreview }) {
  const { t } = useText()
  const width = Math.max(preview.header.length, ...preview.rows.map((row) => row.length))
  const { ref, overflows } = useOverflow()
  const columns = Array.from({ length: width }, (_, column) => column)
  return (
    <>
      {/* What scrolls must be reachable by keyboard. */}
      <div
        ref={ref}
        className={classes.scroll}
        role="group"
        aria-label={t.file.previewTable}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <table className={classes.preview} data-testid="file-preview">
          <caption className="visually-hidden">{t.file.previewTable}</caption>
          <thead>
            <tr>
              <th className={classes.number} scope="col">
                1
              </th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {preview.header[column] ?? ''}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row, index) => (
              <tr key={index}>
                <td className={classes.number}>{index + 2}</td>
                {columns.map((column) => (
                  <td key={column}>{row[column] ?? ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {overflows && (
        <Text size="sm" c="dimmed">
          {t.file.scrolls}
        </Text>
      )}
    </>
  )
}
