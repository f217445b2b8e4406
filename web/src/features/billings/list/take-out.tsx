import { useMutation } from '@tanstack/react-query'

import { ActionsMenu } from '@/components/actions-menu'
import { IconFileSpreadsheet, IconFileTypePdf } from '@/components/icons'
import { ProblemAlert } from '@/components/problem-alert'
import { callApi } from '@/lib/api-client'
import { useText } from '@/lib/i18n/locale-context'
import { saveBlob } from '@/lib/save-blob'

import { filteredPath } from '../api/get-billings'

import classes from './list.module.css'

type File = {
  path: string
  name: string
  accept: string
  values?: Record<string, string>
}

const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const icon = { size: 16, 'aria-hidden': true } as const

/** Save exactly what is filtered as a file, and tell how many boletos it could not have. */
function useTakeOut(filter: string) {
  return useMutation({
    mutationFn: async ({ path, name, accept, values = {} }: File) => {
      const answer = await callApi(filteredPath(path, filter, values), { accept })
      saveBlob(await answer.blob(), name)
      return { name, leftOut: Number(answer.headers.get('X-Left-Out') ?? 0) }
    },
  })
}

/** Takes what is filtered out of here: tables for accounting, and the boletos themselves. */
export function TakeOut({ filter }: { filter: string }) {
  const { t, format, locale } = useText()
  const words = t.listing
  const { names } = words
  const take = useTakeOut(filter)
  const delimiter = locale === 'en' ? ',' : ';'
  const of = (label: string, testId: string, file: File, Icon: typeof IconFileTypePdf) => ({
    label,
    testId,
    icon: <Icon {...icon} />,
    act: () => take.mutate(file),
  })
  const table = (form: string, accept: string) => ({ path: `/billings/export.${form}`, name: `${names.table}.${form}`, accept })
  const pdf = { path: '/billings/pdfs.pdf', accept: 'application/pdf' }
  return (
    <>
      <div className={classes.takeOut}>
        <ActionsMenu
          isNamed
          isBusy={take.isPending}
          label={words.export}
          testId="export"
          actions={[
            of(words.csv, 'export-csv', { ...table('csv', 'text/csv'), values: { delimiter } }, IconFileSpreadsheet),
            of(words.workbook, 'export-xlsx', table('xlsx', WORKBOOK), IconFileSpreadsheet),
          ]}
        />
        <ActionsMenu
          isNamed
          isBusy={take.isPending}
          label={words.pdfs}
          testId="pdfs"
          actions={[
            of(words.zip, 'pdfs-zip', { path: '/billings/pdfs.zip', name: `${names.pdfs}.zip`, accept: 'application/zip' }, IconFileTypePdf),
            of(words.print, 'pdfs-print', { ...pdf, name: `${names.pdfs}.pdf` }, IconFileTypePdf),
            of(words.carne, 'pdfs-carne', { ...pdf, name: `${names.carne}.pdf`, values: { layout: 'carne' } }, IconFileTypePdf),
          ]}
        />
      </div>
      <span className="visually-hidden" role="status" data-testid="taken-out">
        {take.isPending && words.preparing}
        {take.isSuccess && words.saved(take.data.name)}
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
