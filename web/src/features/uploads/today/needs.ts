import type { Upload, WaitingCheck } from '@/lib/schemas'
import { isUploadStopped } from '@/lib/statuses'

export type NeedKind = 'rejects' | 'failed' | 'uncertain' | 'check' | 'stopped'

/** One thing that waits for a person: how many, of which file, and where it is dealt with. */
export type Need = { kind: NeedKind; id: string; name: string; count: number; cents?: number | undefined }

/** What is at stake in a file, as the overview tells it; null where it is too much to be read. */
export type AtStake = {
  upload_id: string
  rejects_cents: number | null
  not_delivered_cents: number | null
  uncertain_cents: number | null
}

const CENTS: Partial<Record<NeedKind, Exclude<keyof AtStake, 'upload_id'>>> = {
  rejects: 'rejects_cents',
  failed: 'not_delivered_cents',
  uncertain: 'uncertain_cents',
}

/** What needs a person, the kinds in the order of their weight, and of each kind the newest first. */
export function needsOf(uploads: Upload[], checks: WaitingCheck[], atStake: AtStake[] = []): Need[] {
  const known = new Map(atStake.map((file) => [file.upload_id, file]))
  const centsOf = (kind: NeedKind, id: string): number | undefined => {
    const column = CENTS[kind]
    const cents = column === undefined ? null : (known.get(id)?.[column] ?? null)
    // Nothing that can be read is not told as no money.
    return cents === null || cents === 0 ? undefined : cents
  }
  const live = uploads.filter((upload) => upload.removedat === null)
  const of = (kind: NeedKind, countOf: (upload: Upload) => number): Need[] =>
    live
      .map((upload) => ({ kind, id: upload.id, name: upload.name, count: countOf(upload), cents: centsOf(kind, upload.id) }))
      .filter(({ count }) => count > 0)
  return [
    ...of('stopped', (upload) => Number(isUploadStopped(upload))),
    ...checks.map((check): Need => ({
      kind: 'check',
      id: check.id,
      name: check.name,
      count: check.accepted,
      cents: check.amount_cents,
    })),
    ...of('rejects', (upload) => upload.rejected_open),
    ...of('failed', (upload) => upload.statuses.FAILED ?? 0),
    ...of('uncertain', (upload) => upload.statuses.UNCERTAIN ?? 0),
  ]
}

/** Cut to the first of each kind; and how many are left out of it. */
export function firstOfEach(needs: Need[], rowsMax: number): { shown: Need[]; hidden: number } {
  const seen = new Map<NeedKind, number>()
  const shown = needs.filter(({ kind }) => {
    const before = seen.get(kind) ?? 0
    seen.set(kind, before + 1)
    return before < rowsMax
  })
  return { shown, hidden: needs.length - shown.length }
}
