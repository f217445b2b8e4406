import type { Upload, WaitingCheck } from '@/lib/schemas'
import { isUploadStopped } from '@/lib/statuses'

export type NeedKind = 'rejects' | 'failed' | 'uncertain' | 'check' | 'stopped'

/** One thing that waits for a person: how many, of which file, and where it is dealt with. */
export type Need = { kind: NeedKind; id: string; name: string; count: number; cents?: number }

/** What needs a person, the kinds in the order of their weight, and of each kind the newest first. */
export function needsOf(uploads: Upload[], checks: WaitingCheck[]): Need[] {
  const live = uploads.filter((upload) => upload.removedat === null)
  const of = (kind: NeedKind, countOf: (upload: Upload) => number): Need[] =>
    live
      .map((upload) => ({ kind, id: upload.id, name: upload.name, count: countOf(upload) }))
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
