import { useMutation, useQueryClient } from '@tanstack/react-query'

import { ActionsMenu } from '@/components/actions-menu'
import { IconFileSpreadsheet, IconFileTypePdf } from '@/components/icons'
import { ProblemAlert } from '@/components/problem-alert'
import { useText } from '@/lib/i18n/locale-context'

import { takeFile, type FileFormat } from '../api/jobs'

import classes from './take-out.module.css'

const icon = { size: 16, 'aria-hidden': true } as const

/** Takes what is filtered out of here: tables for accounting, and the boletos themselves. */
export function TakeOut({ filter }: { filter: string }) {
  const { t, format } = useText()
  const words = t.listing
  const client = useQueryClient()
  const take = useMutation({
    mutationFn: (file: FileFormat) => takeFile(file, filter),
    onSuccess: ({ job }) => (job === null ? undefined : client.invalidateQueries({ queryKey: ['jobs', 'list'] })),
  })
  const of = (label: string, testId: string, file: FileFormat, Icon: typeof IconFileTypePdf) => ({
    label,
    testId,
    icon: <Icon {...icon} />,
    act: () => take.mutate(file),
  })
  return (
    <>
      <div className={classes.takeOut}>
        <ActionsMenu
          isNamed
          isBusy={take.isPending}
          label={words.export}
          testId="export"
          actions={[
            of(words.csv, 'export-csv', 'CSV', IconFileSpreadsheet),
            of(words.workbook, 'export-xlsx', 'XLSX', IconFileSpreadsheet),
          ]}
        />
        <ActionsMenu
          isNamed
          isBusy={take.isPending}
          label={words.pdfs}
          testId="pdfs"
          actions={[
            of(words.zip, 'pdfs-zip', 'ZIP', IconFileTypePdf),
            of(words.print, 'pdfs-print', 'SHEET', IconFileTypePdf),
            of(words.carne, 'pdfs-carne', 'CARNE', IconFileTypePdf),
          ]}
        />
      </div>
      <span className="visually-hidden" role="status" data-testid="taken-out">
        {take.isPending && words.preparing}
        {take.isSuccess && (take.data.job === null ? words.saved(take.data.name) : words.making)}
      </span>
      {take.isSuccess && take.data.leftOut > 0 && (
        <span className={classes.leftOut} data-testid="left-out">
          {words.leftOut(format.integer(take.data.leftOut))}
        </span>
      )}
      {take.isError && (
        <div className={classes.leftOut}>
          <ProblemAlert error={take.error} />
        </div>
      )}
    </>
  )
}
