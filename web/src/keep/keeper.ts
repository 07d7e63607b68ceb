import { allDrawings, allRuns, check, deleteDrawing, deleteEverything, deleteRun, forgetSlots, keptRuns, newestSlot, putDrawings, putRun, putSlot, OtherVersion } from './store'

// The worker that keeps runs in IndexedDB: to hash and store twenty megabytes is nothing
// that the page should wait for.

const calls = { allDrawings, allRuns, check, deleteDrawing, deleteEverything, deleteRun, forgetSlots, keptRuns, newestSlot, putDrawings, putRun, putSlot }

/** What can be asked of it, by name; each answers with a promise. */
export type Calls = typeof calls
export interface Asked { id: number; what: keyof Calls; with: unknown[] }
export type Answered = { id: number; result: unknown } | { id: number; error: string; held?: OtherVersion['held'] }

const scope = globalThis as unknown as DedicatedWorkerGlobalScope

async function answer({ id, what, with: given }: Asked) {
  try {
    const result = await (calls[what] as (...given: unknown[]) => Promise<unknown>)(...given)
    scope.postMessage({ id, result } satisfies Answered, bytesIn(result))
  } catch (error) {
    const held = error instanceof OtherVersion ? { held: error.held } : {}
    scope.postMessage({ id, error: error instanceof Error ? error.message : String(error), ...held } satisfies Answered)
  }
}

/** A slot's bytes go over as they are. */
function bytesIn(result: unknown): Transferable[] {
  const bytes = (result as { slot?: { bytes?: unknown } | null } | undefined)?.slot?.bytes
  return bytes instanceof ArrayBuffer ? [bytes] : []
}

// One after the other: what is forgotten must not come back with a copy that was being written.
let before: Promise<void> = Promise.resolve()
scope.onmessage = ({ data }: MessageEvent<Asked>) => { before = before.then(() => answer(data)) }
