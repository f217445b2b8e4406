import type { FileCounts, Upload, WaitingCheck, WaitingFile } from '@/lib/schemas'
import { isUploadStopped } from '@/lib/statuses'

export type NeedKind = 'rejects' | 'failed' | 'uncertain' | 'check' | 'stopped'

/** One thing that waits for a person: how many, of which file, and where it is dealt with. */
export type Need = { kind: NeedKind; id: string; name: string; count: number; cents?: number | undefined }

type FileKind = Exclude<NeedKind, 'check'>

const TOLD_AS = { stopped: 'stopped', rejects: 'rejects', failed: 'not_delivered', uncertain: 'uncertain' } as const

const CENTS = { rejects: 'rejects_cents', failed: 'not_delivered_cents', uncertain: 'uncertain_cents' } as const

type File = { id: string; name: string; counts: Record<FileKind, number> }

const live = (upload: Upload): File => ({
  id: upload.id,
  name: upload.name,
  counts: {
    stopped: Number(isUploadStopped(upload)),
    rejects: upload.rejected_open,
    failed: upload.statuses.FAILED ?? 0,
    uncertain: upload.statuses.UNCERTAIN ?? 0,
  },
})

const further = (file: WaitingFile): File => ({
  id: file.upload_id,
  name: file.name,
  counts: { stopped: Number(file.stopped), rejects: file.rejects, failed: file.not_delivered, uncertain: file.uncertain },
})

/**
 * What needs a person, the kinds in the order of their weight, and of each kind the newest first. Of the newest files
 * the counts are those of the list, which the stream keeps; files further back are as the overview tells them.
 */
export function needsOf(uploads: Upload[], checks: WaitingCheck[], waiting: WaitingFile[] = []): Need[] {
  const known = new Map(waiting.map((file) => [file.upload_id, file]))
  const listed = new Set(uploads.map(({ id }) => id))
  const files = [
    ...uploads.filter((upload) => upload.removedat === null).map(live),
    ...waiting.filter((file) => !listed.has(file.upload_id)).map(further),
  ]
  const of = (kind: FileKind): Need[] =>
    files
      .filter(({ counts }) => counts[kind] > 0)
      .map(({ id, name, counts }) => ({ kind, id, name, count: counts[kind], cents: centsOf(kind, known.get(id)) }))
  return [
    ...of('stopped'),
    ...checks.map((check): Need => ({
      kind: 'check',
      id: check.id,
      name: check.name,
      count: check.accepted,
      cents: check.amount_cents,
    })),
    ...of('rejects'),
    ...of('failed'),
    ...of('uncertain'),
  ]
}

function centsOf(kind: FileKind, file: WaitingFile | undefined): number | undefined {
  const cents = kind === 'stopped' ? null : (file?.[CENTS[kind]] ?? null)
  // Nothing that can be read is not told as no money.
  return cents === null || cents === 0 ? undefined : cents
}

/** Cut to the first of each kind; and how many are left out of it, told or counted: with `more`, at least so many. */
export function firstOfEach(
  needs: Need[],
  rowsMax: number,
  counts?: FileCounts,
): { shown: Need[]; hidden: number; more: boolean } {
  const seen = new Map<NeedKind, number>()
  const shown = needs.filter(({ kind }) => {
    const before = seen.get(kind) ?? 0
    seen.set(kind, before + 1)
    return before < rowsMax
  })
  const countOf = (kind: NeedKind) => (kind === 'check' ? undefined : counts?.[TOLD_AS[kind]])
  // A count is as old as the overview; what is told since is counted too.
  const all = [...seen].reduce((sum, [kind, told]) => sum + Math.max(told, countOf(kind)?.count ?? 0), 0)
  return { shown, hidden: all - shown.length, more: [...seen.keys()].some((kind) => countOf(kind)?.more) }
}
