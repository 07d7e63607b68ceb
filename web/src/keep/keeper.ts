import { allDrawings, allRuns, deleteDrawing, deleteEverything, deleteRun, forgetSlots, newestSlot, putDrawings, putRun, putSlot } from './store'

// The worker that keeps runs in IndexedDB: to hash and store twenty megabytes is nothing
// that the page should wait for.

const calls = { allDrawings, allRuns, deleteDrawing, deleteEverything, deleteRun, forgetSlots, newestSlot, putDrawings, putRun, putSlot }

/** What can be asked of it, by name; each answers with a promise. */
export type Calls = typeof calls
export interface Asked { id: number; what: keyof Calls; with: unknown[] }
export type Answered = { id: number; result: unknown } | { id: number; error: string }

const scope = globalThis as unknown as DedicatedWorkerGlobalScope

async function answer({ id, what, with: given }: Asked) {
  try {
    const result = await (calls[what] as (...given: unknown[]) => Promise<unknown>)(...given)
    scope.postMessage({ id, result } satisfies Answered, bytesIn(result))
  } catch (error) {
    scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies Answered)
  }
}

/** A slot's bytes go over as they are. */
function bytesIn(result: unknown): Transferable[] {
  const bytes = (result as { slot?: { bytes?: unknown } | null } | undefined)?.slot?.bytes
  return bytes instanceof ArrayBuffer ? [bytes] : []
}

scope.onmessage = ({ data }: MessageEvent<Asked>) => void answer(data)
