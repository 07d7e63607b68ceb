import { signal } from '@preact/signals'
import { whenCalm } from '../data/set'
import { modelNames, type ModelName } from '../run/words'
import { complain, here, sessions } from '../state/app'
import { t } from '../words'
import { loadBytes } from './files'
import { newId } from './id'
import { allRuns, deleteEverything, deleteRun, forgetSlots, newestSlot, putRun, putSlot } from './keeping'
import type { Kept, PastRun, Slot } from './store'
import { own } from './own'

/** What each model's newest slot holds. */
export const kept = {
  model1: signal<Kept | null>(null),
  model2: signal<Kept | null>(null),
}
/** Runs found when the page was opened, until they are taken up, forgotten or overwritten. */
export const offers = {
  model1: signal<Slot | null>(null),
  model2: signal<Slot | null>(null),
}
export const pastRuns = signal<readonly PastRun[]>([])
/** Why nothing is kept, if so: another tab, or no storage. */
export const keepTrouble = signal<string | null>(null)
export const persisted = signal<boolean | null>(null)

let mine = false

/** One tab writes; the lock is held as long as the page lives, and passes to the next tab then. */
function takeLock(): Promise<void> {
  if (!navigator.locks) {
    mine = true
    return Promise.resolve()
  }
  return new Promise((ready) => {
    const hold = () => new Promise<never>(() => {})
    // A browser that keeps no data for this site grants no lock either.
    const refused = (error: Error) => {
      keepTrouble.value = t.keep.noStorage(error.message)
      ready()
    }
    navigator.locks.request('atelier-keep', { ifAvailable: true }, (lock) => {
      mine = lock !== null
      ready()
      if (lock) return hold()
      keepTrouble.value = t.keep.otherTab
      navigator.locks.request('atelier-keep', () => {
        mine = true
        keepTrouble.value = null
        return hold()
      }).catch(refused)
      return undefined
    }).catch(refused)
  })
}

async function write(model: ModelName, step: number, bytes: ArrayBufferLike) {
  if (!mine) return
  try {
    here[model].catchUp()
    kept[model].value = await putSlot(model, step, bytes, here[model].history.peek())
    offers[model].value = null
    if (keepTrouble.peek()) keepTrouble.value = null
  } catch (error) {
    keepTrouble.value = t.keep.noStorage((error as Error).message)
  }
}

/** Writes runs as they go, when the page is hidden, and finds those of the last visit. */
export async function followKeeping() {
  for (const model of modelNames) {
    sessions[model].checkpoints.onKept = ({ bytes, step }) => void write(model, step, bytes)
    sessions[model].checkpoints.onUnkept = (why) => { keepTrouble.value = t.keep.unkept(t.models[model], why) }
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return
    for (const model of modelNames) if (here[model].active.peek()) void sessions[model].checkpoints.keep()
  })
  await takeLock()
  // What was kept is looked for when the networks have their weights: both need the processors.
  await whenCalm()
  try {
    for (const model of modelNames) {
      const { slot, damaged, strange } = await newestSlot(model)
      kept[model].value = slot
      if (damaged) complain(slot ? t.keep.olderKept(t.models[model]) : t.keep.damaged(t.models[model]))
      if (strange > 0 && !slot) complain(t.keep.olderForm(t.models[model]))
      if (!here[model].active.peek()) offers[model].value = slot
    }
    pastRuns.value = await allRuns()
    persisted.value = (await navigator.storage?.persisted?.()) ?? null
  } catch (error) {
    keepTrouble.value = t.keep.noStorage((error as Error).message)
  }
}

/** Puts the offered run in place, paused where it was, curves and all. */
export async function takeUp(model: ModelName) {
  const offer = offers[model].peek()
  if (!offer) return
  try {
    await loadBytes(model, offer.bytes, '')
    here[model].restore({ ...offer.history, status: offer.history.status === 'done' ? 'done' : 'paused' })
    offers[model].value = null
  } catch (error) {
    complain(error)
  }
}

export async function forget(model: ModelName) {
  offers[model].value = null
  kept[model].value = null
  await forgetSlots(model).catch(complain)
}

export async function forgetEverything() {
  try {
    await deleteEverything()
    for (const model of modelNames) kept[model].value = offers[model].value = null
    pastRuns.value = []
    own.value = []
  } catch (error) {
    complain(error)
  }
}

/** Runs that ended in the order of their ends; one without a number follows the one before it. */
export function numbered(past: readonly PastRun[]): (PastRun & { number: number })[] {
  let last = 0
  return past.toSorted((a, b) => a.endedAt - b.endedAt).map((run) => ({ ...run, number: last = run.number ?? last + 1 }))
}

/** Remembers a run that ended, for the list under Runs. */
export async function remember(model: ModelName) {
  const number = 1 + Math.max(0, ...numbered(pastRuns.peek()).map((past) => past.number))
  const run: PastRun = { id: newId(), number, endedAt: Date.now(), history: here[model].history.peek() }
  pastRuns.value = [...pastRuns.peek(), run]
  if (mine) await putRun(run).catch((error: Error) => { keepTrouble.value = t.keep.noStorage(error.message) })
}

export const canPersist = () => navigator.storage?.persist !== undefined

/** Asks the browser not to clear what is kept. */
export async function askToPersist() {
  if (canPersist()) persisted.value = await navigator.storage.persist().catch(() => false)
}

/** Takes a run that ended off the list. */
export async function dropPast(id: string) {
  pastRuns.value = pastRuns.peek().filter((run) => run.id !== id)
  await deleteRun(id).catch(complain)
}

let asked = false
/** Asks it when the first run begins, unasked. */
export function askOnce() {
  if (!asked) void askToPersist()
  asked = true
}
