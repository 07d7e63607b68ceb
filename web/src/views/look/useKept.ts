import { useEffect, useState } from 'preact/hooks'
import { dataState, hasFailed, theData } from '../../data/set'
import { complain, sessions } from '../../state/app'
import type { Kept } from './selection'

/** More than any data set holds: the whole split is asked for. */
const all = 10_000
let asked: Promise<Kept> | null = null

/** The program draws the split, so the program is asked for it, once. */
function ask(): Promise<Kept> {
  asked ??= (async () => {
    const data = await theData()
    const kept = new Uint8Array(data.train.count)
    for (let from = 0; ; from += all) {
      const { total, indices } = await sessions.model1.call('images', { split: 'val', from, count: all })
      for (const index of indices) kept[index] = 1
      if (from + all >= total) return kept
    }
  })().catch((error: unknown) => {
    asked = null
    throw error
  })
  return asked
}

/** Which images of the training file are kept for validation; null until the program has said so. */
export function useKept(): Kept | null {
  const [kept, setKept] = useState<Kept | null>(null)
  const failed = dataState.value.phase === 'failed'
  useEffect(() => { if (!hasFailed()) ask().then(setKept, complain) }, [failed])
  return kept
}
