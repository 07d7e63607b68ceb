import { signal } from '@preact/signals'
import type { ModelName } from '../run/words'
import type { KeptRun } from './store'

/** Runs that this browser keeps, the newest first. */
export const keptRuns = signal<readonly KeptRun[]>([])
/** Those of them that another tab has open. */
export const openElsewhere = signal<ReadonlySet<string>>(new Set())

/** At most so many of a model are kept, unfinished ones apart. */
export const most = 6

/** The runs that make room for newer ones: the oldest that are done. Nothing unfinished does, nor anything that is `inUse`. */
export function superseded(all: readonly KeptRun[], model: ModelName, inUse: ReadonlySet<string>): KeptRun[] {
  const own = all.filter((one) => one.model === model)
  const done = own.filter(({ run, status }) => status === 'done' && !inUse.has(run)).sort((a, b) => a.savedAt - b.savedAt)
  return done.slice(0, Math.max(0, own.length - most))
}
