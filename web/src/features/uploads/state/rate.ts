/** How fast something goes, from how far it was when. */
export type Sample = { at: number; done: number }

/** Shorter than this a rate says nothing. */
const SPAN_MIN_MS = 2_000

/** Per second, and the seconds that are left; null while nothing is known, or nothing moves. */
export function rateOf(samples: Sample[], all: number): { perSecond: number; leftS: number } | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) return null
  const [ms, moved] = [last.at - first.at, last.done - first.done]
  if (ms < SPAN_MIN_MS || moved <= 0) return null
  const perSecond = (moved * 1_000) / ms
  return { perSecond, leftS: (all - last.done) / perSecond }
}
