import { useEffect, useRef, useState } from 'react'

import type { Upload } from '@/lib/schemas'

import { rateOf, type Sample } from './rate'

/** How fast an upload goes and how long it will take, from what was seen of it here; null while too little was. */
export function useRate(upload: Upload): { perSecond: number; leftS: number } | null {
  const samples = useRef<Sample[]>([])
  const [rate, setRate] = useState<ReturnType<typeof rateOf>>(null)
  const done = upload.accepted * upload.progress
  useEffect(() => {
    const sample = { at: Date.now(), done }
    samples.current = [...samples.current, sample].filter(({ at }) => sample.at - at <= 60_000)
    setRate(rateOf(samples.current, upload.accepted))
  }, [done, upload.accepted])
  return rate
}
