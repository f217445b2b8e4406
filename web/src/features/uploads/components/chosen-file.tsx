import { Alert, Stack, Text, Title } from '@mantine/core'

import { Facts, type Fact } from '@/components/facts'
import { useText } from '@/lib/i18n/locale-context'
import { useFocusOnMount } from '@/lib/use-focus-on-mount'

import type { ChosenFile } from '../state/files-reducer'

import classes from './chosen-file.module.css'
import { PreviewTable } from './preview-table'

type ChosenFileProps = {
  chosen: ChosenFile
  bytesMax: number | null
  /** Nothing has gone out yet, and the reader may want to know. */
  isUnsent: boolean
}

/** True when the file cannot be sent as it is. */
export function isUnsendable(chosen: ChosenFile, bytesMax: number | null): boolean {
  const { size } = chosen.file
  return size === 0 || chosen.scan === 'failed' || (bytesMax !== null && size > bytesMax)
}

function FileWarnings({ chosen, bytesMax }: Omit<ChosenFileProps, 'isUnsent'>) {
  const { t, format } = useText()
  const { file, scan } = chosen
  const faults = [
    file.size === 0 && t.file.empty,
    bytesMax !== null && file.size > bytesMax && t.file.tooLarge(format.bytes(bytesMax)),
    scan === 'failed' && t.file.unreadable,
  ].filter((fault) => fault !== false)
  return (
    <>
      {faults.map((fault) => (
        <Alert key={fault} color="red" role="alert">
          {fault}
        </Alert>
      ))}
      {!chosen.isWorkbook && !/\.(csv|txt)$/i.test(file.name) && <Alert color="yellow">{t.file.notCsvName}</Alert>}
    </>
  )
}

function LineCount({ chosen }: { chosen: ChosenFile }) {
  const { t, format } = useText()
  const share = chosen.file.size === 0 ? 1 : chosen.bytesRead / chosen.file.size
  return (
    <span data-testid="file-lines" data-scan={chosen.scan}>
      {format.integer(chosen.lines)}{' '}
      <span className={classes.hint}>
        {chosen.scan === 'reading' ? t.file.counting(format.percent(share)) : t.file.linesHint}
      </span>
    </span>
  )
}

/** What is known of the chosen file before anything is sent. */
export function ChosenFileDetails({ chosen, bytesMax, isUnsent }: ChosenFileProps) {
  const { t, format } = useText()
  const { file, preview } = chosen
  const title = useFocusOnMount<HTMLHeadingElement>()
  const facts: Fact[] = [
    [t.file.name, <span key="name" data-testid="file-name">{file.name}</span>],
    [t.file.size, <span key="size" data-testid="file-size">{format.bytes(file.size)}</span>],
  ]
  if (!chosen.isWorkbook) facts.push([t.file.lines, <LineCount key="lines" chosen={chosen} />])
  if (preview !== null) {
    const words = t.file.delimiters[preview.delimiter] ?? preview.delimiter
    const encoding = preview.encoding.toUpperCase()
    facts.push([t.file.delimiter, <>{words} <span className={classes.hint}>{encoding}</span></>])
  }
  return (
    <Stack gap="md" data-testid="file-details">
      <Title order={2} className="visually-hidden" ref={title} tabIndex={-1}>
        {t.file.details}
      </Title>
      <Facts facts={facts} />
      <FileWarnings chosen={chosen} bytesMax={bytesMax} />
      {chosen.isWorkbook && (
        <Text size="sm" c="dimmed" data-testid="file-workbook">
          {t.file.workbook} {isUnsent && t.file.unsent}
        </Text>
      )}
      {preview?.header && (
        <Stack gap={6}>
          <Text size="sm" c="dimmed">
            {t.file.previewHint(preview.rows.length)} {isUnsent && t.file.unsent}
          </Text>
          <PreviewTable header={preview.header} rows={preview.rows} />
        </Stack>
      )}
    </Stack>
  )
}
