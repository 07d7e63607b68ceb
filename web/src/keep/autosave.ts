import { computed, effect, signal } from '@preact/signals'
import { whenCalm } from '../data/set'
import { count } from '../parts/format'
import { newId } from '../run/id'
import { modelNames, type ModelName } from '../run/words'
import { complain, here, sessions } from '../state/app'
import { lossOf, mayLose } from '../state/losing'
import { t } from '../words'
import { place } from './files'
import { elsewhere, hold, release, whenFree } from './holding'
import { allRuns, check, deleteEverything, deleteRun, forgetSlots, HeldUp, keptRuns as readKept, newestSlot, putRun, putSlot } from './keeping'
import { keptRuns, most, openElsewhere, superseded } from './list'
import { own } from './own'
import type { KeptRun, PastRun } from './store'

/** The newest run of each model that was found when the page was opened, until it is taken up or forgotten, or another begins. */
export const offers = {
  model1: signal<KeptRun | null>(null),
  model2: signal<KeptRun | null>(null),
}
export const pastRuns = signal<readonly PastRun[]>([])
/** Why something is not kept, if so. */
export const keepTrouble = signal<string | null>(null)
export const persisted = signal<boolean | null>(null)

/** The run that each model has now. */
const current = {
  model1: computed(() => here.model1.history.value.run ?? null),
  model2: computed(() => here.model2.history.value.run ?? null),
}
export const isCurrent = (run: string) => modelNames.some((model) => current[model].value === run)

const notKept = (error: unknown) => {
  keepTrouble.value = error instanceof HeldUp ? error.message : t.keep.noStorage((error as Error).message)
}

/** A run is written by the tab that has it alone, and to its own slots. */
async function write(model: ModelName, step: number, bytes: ArrayBufferLike) {
  here[model].catchUp()
  const history = here[model].history.peek()
  const { run } = history
  if (!run) return
  try {
    if (!(await hold(run))) {
      keepTrouble.value = t.keep.otherTab(t.models[model])
      return
    }
    if (current[model].peek() !== run) return // it was given up meanwhile
    const known = keptRuns.peek().some((one) => one.run === run)
    const kept = await putSlot(run, step, bytes, history)
    keptRuns.value = [kept, ...keptRuns.peek().filter((one) => one.run !== run)]
    offers[model].value = null
    if (keepTrouble.peek()) keepTrouble.value = null
    if (!known) await makeRoom(model)
  } catch (error) {
    notKept(error)
  }
}

async function makeRoom(model: ModelName) {
  const inUse = new Set([...await elsewhere(), ...modelNames.flatMap((name) => current[name].peek() ?? [])])
  const all = await readKept()
  const gone = superseded(all, model, inUse)
  for (const { run } of gone) await forgetSlots(run)
  keptRuns.value = all.filter((one) => !gone.includes(one))
  const left = keptRuns.peek().filter((one) => one.model === model).length
  if (left > most) complain(t.keep.many(t.models[model], left))
}

/** Writes runs as they go, when the page is hidden, and finds those of the last visit. */
export async function followKeeping() {
  for (const model of modelNames) {
    const { checkpoints } = sessions[model]
    checkpoints.onKept = ({ bytes, step }) => void write(model, step, bytes)
    checkpoints.onUnkept = (why) => { keepTrouble.value = t.keep.unkept(t.models[model], why) }
    let had: string | null = null
    effect(() => {
      const run = current[model].value
      if (had && had !== run) release(had)
      if (run) void hold(run)
      had = run
    })
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return
    for (const model of modelNames) if (here[model].active.peek()) void sessions[model].checkpoints.keep()
  })
  // What was kept is looked for when the networks have their weights: both need the processors.
  await whenCalm()
  await findKept()
}

/** Finds what the last visit kept. */
async function findKept() {
  try {
    await look(true)
    if (keepTrouble.peek() === t.keep.heldUp.older) keepTrouble.value = null
    pastRuns.value = await allRuns()
    persisted.value = (await navigator.storage?.persisted?.()) ?? null
  } catch (error) {
    notKept(error)
    // The older tab may be closed.
    if (error instanceof HeldUp && error.by === 'older') setTimeout(() => void findKept(), 3000)
  }
}

/** Reads what is kept, and offers each idle model the newest run that is whole and that no tab has open. */
async function look(complains = false) {
  const [all, others] = await Promise.all([readKept(), elsewhere()])
  keptRuns.value = all
  openElsewhere.value = others
  for (const { run } of all) if (others.has(run)) whenFree(run, () => void look().catch(notKept))
  for (const model of modelNames) {
    const free = all.filter((one) => one.model === model && !others.has(one.run) && one.run !== current[model].peek())
    let offer: KeptRun | null = null
    for (const one of here[model].status.peek() === 'idle' ? free : []) {
      if (one.status === null) continue
      const { whole, damaged, step, savedAt } = await check(one.run)
      if (complains && damaged > 0) complain(whole ? t.keep.olderKept(t.models[model]) : t.keep.damaged(t.models[model]))
      if (!whole) continue
      offer = { ...one, step, savedAt }
      break
    }
    if (complains && !offer && free.some(({ status }) => status === null)) complain(t.keep.olderForm(t.models[model]))
    offers[model].value = here[model].status.peek() === 'idle' ? offer : null
  }
}
export const lookAgain = () => look().catch(notKept)

/** Puts a kept run in place, paused where it was or done, curves and all. */
export async function takeUp({ run, model }: KeptRun) {
  if (!(await mayLose(lossOf(here[model])))) return
  try {
    if (!(await hold(run))) throw new Error(t.keep.elsewhere(t.models[model]))
    const { slot } = await newestSlot(run)
    if (!slot) throw new Error(t.keep.damaged(t.models[model]))
    await place(model, slot.bytes, '', run)
    const { live, status } = here[model].history.peek()
    here[model].restore({ ...slot.history, run, status, live: slot.history.live ?? live })
    offers[model].value = null
  } catch (error) {
    if (!isCurrent(run)) release(run)
    complain(error)
    await lookAgain()
  }
}

/** Removes a kept run, once a person says so. */
export async function forget({ run, model, step }: KeptRun) {
  if (!(await mayLose([t.keep.losesKept(t.models[model], count(step))]))) return
  try {
    if (!(await hold(run))) throw new Error(t.keep.elsewhere(t.models[model]))
    await forgetSlots(run)
  } catch (error) {
    complain(error)
  } finally {
    if (!isCurrent(run)) release(run)
  }
  await lookAgain()
}

/** Removes the copies of a run that was reset. */
export async function forgetCopies(run: string) {
  await forgetSlots(run).catch(complain)
  keptRuns.value = keptRuns.peek().filter((one) => one.run !== run)
}

export async function forgetEverything() {
  try {
    await deleteEverything()
    keptRuns.value = []
    for (const model of modelNames) offers[model].value = null
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
  await putRun(run).catch(notKept)
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
