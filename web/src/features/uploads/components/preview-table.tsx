import { Text } from '@mantine/core'
import { useCallback, useState } from 'react'

import { useText } from '@/lib/i18n/locale-context'

import type { PreviewRow } from '../scan/csv-preview'

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
export function PreviewTable({ header, rows }: { header: PreviewRow; rows: PreviewRow[] }) {
  const { t } = useText()
  const width = Math.max(...[header, ...rows].map((row) => row.cells.length))
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
                {header.line}
              </th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {header.cells[column] ?? ''}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.line}>
                <td className={classes.number}>{row.line}</td>
                {columns.map((column) => (
                  <td key={column}>{row.cells[column] ?? ''}</td>
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
