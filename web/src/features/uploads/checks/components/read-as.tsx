import { Button, NativeSelect, Stack, Text, Title } from '@mantine/core'

import { Facts, type Fact } from '@/components/facts'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import type { CheckChange, UploadCheck } from '@/lib/schemas'

import { columnChoices, columnsWith, MEANINGS, positionOf } from './columns'
import classes from './read-as.module.css'

type ReadAsProps = {
  check: UploadCheck
  isBusy: boolean
  onChange: (change: Partial<CheckChange>) => void
}

/** Column by column: which of the file's it is, to be changed. */
function ColumnTable({ check, isBusy, onChange }: ReadAsProps) {
  const { t } = useText()
  const words = t.checks.read
  const choices = columnChoices(check.read_as.header, words)
  const cnpj = check.read_as.columns.filter(({ official }) => official === 'governmentId')[1]
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{words.is}</th>
          <th scope="col">{words.column}</th>
        </tr>
      </thead>
      <tbody>
        {MEANINGS.map((meaning) => {
          const position = positionOf(check, meaning)
          const label = t.checks.columns[meaning] ?? meaning
          const isTold = check.columns[meaning] !== undefined
          return (
            <tr key={meaning}>
              <th scope="row">{label}</th>
              <td>
                <NativeSelect
                  size="sm"
                  aria-label={words.columnFor(label)}
                  data={position === undefined ? [{ value: '', label: words.choose }, ...choices] : choices}
                  value={position === undefined ? '' : String(position)}
                  error={position === undefined}
                  disabled={isBusy}
                  onChange={(event) => {
                    const chosen = event.currentTarget.value
                    if (chosen !== '') onChange({ columns: columnsWith(check, meaning, Number(chosen)) })
                  }}
                  data-testid={`column-${meaning}`}
                />
                {isTold && <span className={`${classes.note} ${classes.told}`}>{words.told}</span>}
                {meaning === 'governmentId' && cnpj !== undefined && (
                  <span className={classes.note}> {words.alsoCnpj(cnpj.name)}</span>
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function useFacts(check: UploadCheck): Fact[] {
  const { t } = useText()
  const words = t.checks.read
  const { encoding, delimiter, decimals, dates, sheet, ignored } = check.read_as
  const facts: [string, string | undefined][] = [
    [words.encoding, encoding && (words.encodings[encoding] ?? encoding.toUpperCase())],
    [words.delimiter, sheet === null ? (words.delimiters[delimiter] ?? delimiter) : undefined],
    [words.decimals, words.decimal[decimals]],
    [words.dates, words.date[dates]],
    [words.ignored, ignored.join(', ')],
  ]
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}

/** How the file was read; its columns and sheet can be told. */
export function ReadAs({ check, isBusy, onChange }: ReadAsProps) {
  const { t } = useText()
  const words = t.checks.read
  const { sheet, sheets, header } = check.read_as
  const facts = useFacts(check)
  // A hidden one may have been asked for.
  const all = sheet === null || sheets.includes(sheet) ? sheets : [sheet, ...sheets]
  return (
    <Sheet isRoomy label={words.title} data-testid="read-as">
      <Stack gap="md">
        <Title order={2}>{words.title}</Title>
        {sheet !== null && all.length > 1 && (
          <NativeSelect
            label={words.sheet}
            data={all}
            value={sheet}
            disabled={isBusy}
            onChange={(event) => onChange({ sheet: event.currentTarget.value })}
            data-testid="check-sheet"
          />
        )}
        {header.length > 0 && <ColumnTable check={check} isBusy={isBusy} onChange={onChange} />}
        {Object.keys(check.columns).length > 0 && (
          <div>
            <Text size="sm" c="dimmed">
              {words.remembered}
            </Text>
            <Button
              mt={6}
              size="xs"
              variant="default"
              disabled={isBusy}
              onClick={() => onChange({ columns: {} })}
              data-testid="forget-columns"
            >
              {words.forget}
            </Button>
          </div>
        )}
        {facts.length > 0 && <Facts facts={facts} isGrid />}
      </Stack>
    </Sheet>
  )
}
