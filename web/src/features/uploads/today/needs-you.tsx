import { Anchor, Button, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

import { Below } from '@/components/below'
import { QueryView } from '@/components/query-view'
import { Sheet } from '@/components/sheet'
import { useText } from '@/lib/i18n/locale-context'
import { paths } from '@/lib/paths'
import type { FileCounts, Upload, WaitingFile } from '@/lib/schemas'

import { checksQuery } from '../checks/api/get-checks'
import { useUploads } from '../state/use-uploads'

import { firstOfEach, needsOf, type Need, type NeedKind } from './needs'
import classes from './needs-you.module.css'

/** Of each kind so many are told; the list of files has all. */
const OF_A_KIND_MAX = 5

const DOORS: Record<NeedKind, (id: string) => string> = {
  stopped: paths.upload,
  check: paths.check,
  rejects: paths.rejects,
  failed: (id) => paths.uploadIn(id, 'FAILED'),
  uncertain: (id) => paths.uploadIn(id, 'UNCERTAIN'),
}

function Line({ need, isFirst }: { need: Need; isFirst: boolean }) {
  const { t, format } = useText()
  const words = t.today.kinds[need.kind]
  const label = words.button
  return (
    <li className={classes.need} data-testid="need" data-kind={need.kind}>
      <span className={classes.told}>
        <strong>{words.told(need.count, format.integer(need.count))}</strong> {t.today.inFile(need.name)}
        {need.cents !== undefined && <span> · {format.money(need.cents)}</span>}
      </span>
      <Button
        size="xs"
        variant={isFirst ? 'filled' : 'default'}
        component={Link}
        to={DOORS[need.kind](need.id)}
        aria-label={`${label}: ${need.name}`}
        data-open
      >
        {label}
      </Button>
    </li>
  )
}

/** One line of what waits beside the files: said, with its money, and one door. */
export type FurtherNeed = { kind: string; told: string; cents: number; to: string; button: string }

function FurtherLine({ need, isFirst }: { need: FurtherNeed; isFirst: boolean }) {
  const { format } = useText()
  return (
    <li className={classes.need} data-testid="need" data-kind={need.kind}>
      <span className={classes.told}>
        <strong>{need.told}</strong> · {format.money(need.cents)}
      </span>
      <Button
        size="xs"
        variant={isFirst ? 'filled' : 'default'}
        component={Link}
        to={need.to}
        aria-label={`${need.button}: ${need.told}`}
        data-open
      >
        {need.button}
      </Button>
    </li>
  )
}

function Needs({ needs, counts, further }: { needs: Need[]; counts: FileCounts | undefined; further: FurtherNeed[] }) {
  const { t, format } = useText()
  const { shown, hidden, more } = firstOfEach(needs, OF_A_KIND_MAX, counts)
  const told = format.integer(hidden)
  if (needs.length + further.length === 0) {
    return (
      <Text p="lg" data-testid="needs-nothing">
        {t.today.nothing}
      </Text>
    )
  }
  return (
    <>
      <ul className={classes.needs}>
        {shown.map((need, place) => (
          <Line key={`${need.kind} ${need.id}`} need={need} isFirst={place === 0} />
        ))}
        {further.map((need, place) => (
          <FurtherLine key={need.kind} need={need} isFirst={shown.length + place === 0} />
        ))}
      </ul>
      {hidden > 0 && (
        <Text size="sm" px="lg" pb="md">
          <Anchor component={Link} to={paths.uploads}>
            {more ? t.today.moreThan(told) : t.today.more(hidden, told)}
          </Anchor>
        </Text>
      )}
    </>
  )
}

type NeedsYouProps = {
  /** What waits beside the files, and in files further back than the list goes; undefined until it is known. */
  further: { needs: FurtherNeed[]; files: WaitingFile[]; counts?: FileCounts | undefined } | undefined
  /** What stands below; files have come, or none ever has. */
  below: (hasFiles: boolean) => ReactNode
}

/**
 * What waits for a person, each with its count and the one button that deals with it. What stands below
 * comes when the list is known, so that nothing pushes it down.
 */
export function NeedsYou({ further, below }: NeedsYouProps) {
  const { t } = useText()
  const query = useUploads()
  const waiting = useQuery(checksQuery)
  // All at once, so that none pushes another down; without the checks the rest is told all the same.
  const both = waiting.isPending || further === undefined ? { ...query, data: undefined, isError: query.isError } : query
  return (
    <>
    <section aria-label={t.today.title}>
      <Title order={2}>{t.today.title}</Title>
      <Sheet mt="sm">
        <QueryView query={both} loadingRows={16}>
          {(uploads: Upload[]) => (
            <Needs
              needs={needsOf(uploads, waiting.data?.records ?? [], further?.files)}
              counts={further?.counts}
              further={further?.needs ?? []}
            />
          )}
        </QueryView>
      </Sheet>
    </section>
    <Below isKnown={both.data !== undefined || both.isError} loadingRows={0}>
      {below((query.data ?? []).length > 0)}
    </Below>
    </>
  )
}
