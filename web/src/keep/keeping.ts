import { t } from '../words'
import type { Answered, Asked, Calls } from './keeper'

interface Waiting {
  resolve(result: never): void
  reject(error: Error): void
}

/** Pages of two versions cannot keep runs at once. */
export class HeldUp extends Error {
  readonly by: 'older' | 'newer'
  constructor(by: 'older' | 'newer') {
    super(t.keep.heldUp[by])
    this.by = by
  }
}

let worker: Worker | null = null
let last = 0
const waiting = new Map<number, Waiting>()

function start(): Worker {
  const made = new Worker(new URL('./keeper.ts', import.meta.url), { type: 'module', name: 'keeper' })
  made.onmessage = ({ data }: MessageEvent<Answered>) => {
    const one = waiting.get(data.id)
    waiting.delete(data.id)
    if ('error' in data) one?.reject(data.held ? new HeldUp(data.held) : new Error(data.error))
    else one?.resolve(data.result as never)
  }
  // One that cannot start, or ends, is begun anew with the next question.
  made.onerror = (event) => {
    event.preventDefault()
    worker = null
    for (const one of waiting.values()) one.reject(new Error(event.message || t.trouble.workerBlocked))
    waiting.clear()
  }
  return made
}

/** Asks keeper.ts, which does the work of store.ts in a worker of its own. */
function ask<K extends keyof Calls>(what: K) {
  return (...given: Parameters<Calls[K]>) => new Promise<Awaited<ReturnType<Calls[K]>>>((resolve, reject) => {
    const id = ++last
    waiting.set(id, { resolve, reject })
    worker ??= start()
    worker.postMessage({ id, what, with: given } satisfies Asked)
  })
}

export const putSlot = ask('putSlot')
export const newestSlot = ask('newestSlot')
export const keptRuns = ask('keptRuns')
export const check = ask('check')
export const forgetSlots = ask('forgetSlots')
export const putRun = ask('putRun')
export const deleteRun = ask('deleteRun')
export const allRuns = ask('allRuns')
export const allDrawings = ask('allDrawings')
export const putDrawings = ask('putDrawings')
export const deleteDrawing = ask('deleteDrawing')
export const deleteEverything = ask('deleteEverything')
