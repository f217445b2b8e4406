import { useText } from '@/lib/i18n/locale-context'

import type { CsvPreview } from '../scan/csv-preview'

import classes from './chosen-file.module.css'

/** The first rows as they stand in the file; rows longer or shorter than the header are shown so. */
export function PreviewTable({ preview }: { preview: CsvPreview }) {
  const { t } = useText()
  const width = Math.max(preview.header.length, ...preview.rows.map((row) => row.length))
  const columns = Array.from({ length: width }, (_, column) => column)
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-label={t.file.previewTable} tabIndex={0}>
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
  )
}
