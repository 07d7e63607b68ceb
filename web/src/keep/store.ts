import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { hash } from './hash'
import type { Stroke } from '../run/drawing'
import type { History, Status } from '../run/history'
import type { ModelName } from '../run/words'

/** One of a run's two slots: all of it at a step, and the hash that tells whether it was written to its end. */
export interface Slot {
  key: string
  /** The run's own name. */
  run: string
  model: ModelName
  step: number
  savedAt: number
  /** Hex SHA-256 of `bytes`; empty where the browser has no SubtleCrypto. */
  sha256: string
  bytes: ArrayBufferLike
  history: History
}

/** A run that ended: its figures, without its weights. */
export interface PastRun {
  id: string
  /** Its name on the list, which it keeps when others go; absent in runs of an earlier version. */
  number?: number
  endedAt: number
  history: History
}

/** A run that is kept, by its newest slot. */
export interface KeptRun extends Pick<Slot, 'run' | 'model' | 'step' | 'savedAt'> {
  /** Null where another version of the page wrote it, in a form that this one cannot read. */
  status: Status | null
}

/**
 * How a slot is stored: the browser keeps a Blob's bytes outside the page, so that writing twenty megabytes holds up
 * nothing. Slots of earlier versions hold plain bytes, and are read too.
 */
export type StoredSlot = Omit<Slot, 'bytes'> & { bytes: Blob | ArrayBuffer }

/** A drawing of this person's and what it shows: lessons are made of these. */
export interface OwnDrawing {
  id: string
  madeAt: number
  strokes: Stroke[]
  /** The class, 0 to 9. */
  label: number
}

interface Schema extends DBSchema {
  slots: { key: string; value: StoredSlot }
  runs: { key: string; value: PastRun }
  drawings: { key: string; value: OwnDrawing }
}

const name = 'atelier'
const strict = { durability: 'strict' } as const

/** The database cannot be had: a tab of an older version has it open, or one of a newer version has moved it on. */
export class OtherVersion extends Error {
  readonly held: 'older' | 'newer'
  constructor(held: 'older' | 'newer') {
    super(`a tab of ${held} version`)
    this.held = held
  }
}

let opened: Promise<IDBPDatabase<Schema>> | null = null
/** Fails while an older tab has the database open. */
let blocked: Promise<never>

/** The database; opened anew after a failure or when the browser closed it. */
function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= open()
  return Promise.race([opened, blocked])
}

function open() {
  let block = () => {}
  blocked = new Promise((_, reject) => { block = () => reject(new OtherVersion('older')) })
  blocked.catch(() => {}) // told to who asks
  return openDB<Schema>(name, 3, {
    async upgrade(db, from, _, change) {
      if (from < 1) {
        db.createObjectStore('slots', { keyPath: 'key' })
        db.createObjectStore('runs', { keyPath: 'id' })
      }
      if (from < 2) db.createObjectStore('drawings', { keyPath: 'id' })
      if (from > 0 && from < 3) {
        const slots = change.objectStore('slots')
        for (const slot of named((await slots.getAll()) as Omit<StoredSlot, 'run'>[])) {
          if (slot.key !== slot.was) await slots.delete(slot.was)
          const { was: _, ...whole } = slot
          await slots.put(whole)
        }
      }
    },
    blocked: () => block(),
    blocking(_, __, event) {
      (event.target as IDBDatabase).close()
      opened = null
    },
    terminated() { opened = null },
  }).catch((error: unknown) => {
    opened = null
    throw (error as Error).name === 'VersionError' ? new OtherVersion('newer') : error
  })
}

/**
 * Slots as they were before runs had names of their own, when a model had two: both of one run, or of two of which the
 * newer was taking the older's place. The newest run gets its model's name, and the other another.
 */
export function named(slots: readonly Omit<StoredSlot, 'run'>[]): (StoredSlot & { was: string })[] {
  return slots.map((slot) => {
    const newest = slots.filter(({ model }) => model === slot.model).reduce((a, b) => (b.savedAt > a.savedAt ? b : a))
    const run = slot === newest || sameRun(slot.history, newest.history) ? slot.model : `${slot.model}-before`
    return { ...slot, run, key: run === slot.model ? slot.key : `${run}-0`, was: slot.key }
  })
}

/** Whether the later history is the earlier one's, continued. */
function sameRun(earlier: History | undefined, later: History | undefined): boolean {
  const [epochs, more] = [earlier?.epochs ?? [], later?.epochs ?? []]
  const { epochs: _, ...config } = earlier?.config ?? {}
  const { epochs: __, ...other } = later?.config ?? {}
  return JSON.stringify(config) === JSON.stringify(other) && epochs.length <= more.length
    && epochs.every(({ weights_sha256 }, i) => weights_sha256 === more[i]!.weights_sha256)
}

/** Writes to the run's slot that was not written last, so that one whole copy is always there. */
export async function putSlot(run: string, step: number, given: ArrayBufferLike, history: History): Promise<KeptRun> {
  // Neither a hash nor a Blob is made of shared memory.
  const bytes = given instanceof ArrayBuffer ? given : new Uint8Array(given).slice().buffer
  const db = await database()
  const last = lastKey[run] ?? (await newestSlot(run)).slot?.key
  const key = `${run}-${last === `${run}-0` ? 1 : 0}`
  const { model } = history.config
  const slot = { key, run, model, step, savedAt: Date.now(), sha256: await hash(bytes), bytes: new Blob([bytes]), history }
  const change = db.transaction('slots', 'readwrite', strict)
  await Promise.all([change.store.put(slot), change.done])
  lastKey[run] = key
  return keptRun(slot)
}

/** The slot that was written last here; reading both to find out takes long. */
const lastKey: Record<string, string> = {}

const keptRun = ({ run, model, step, savedAt, history }: Omit<StoredSlot, 'bytes'>): KeptRun => ({ run, model, step, savedAt, status: history.status })

/** The runs that are kept, the newest first, as their newest slots say; nobody has looked at their bytes. */
export async function keptRuns(): Promise<KeptRun[]> {
  const all = await (await database()).getAll('slots')
  const runs = [...new Set(all.map(({ run }) => run))].map((name): KeptRun => {
    const slots = all.filter(({ run }) => run === name)
    const [newest] = slots.filter(readable).sort((a, b) => b.savedAt - a.savedAt)
    if (newest) return keptRun(newest)
    const { run, model, step, savedAt } = slots[0]!
    return { run, model, step, savedAt, status: null }
  })
  return runs.sort((a, b) => b.savedAt - a.savedAt)
}

/** What a run's slots hold. */
export interface Found {
  /** The newest slot whose bytes are what their hash says. */
  slot: Slot | null
  /** How many newer ones are not. */
  damaged: number
}

export async function newestSlot(run: string): Promise<Found> {
  const db = await database()
  const all = (await Promise.all([0, 1].map((i) => db.get('slots', `${run}-${i}`)))).filter((slot) => slot !== undefined)
  const found = all.filter(readable).sort((a, b) => b.savedAt - a.savedAt)
  for (const [damaged, slot] of found.entries()) {
    const bytes = slot.bytes instanceof Blob ? await slot.bytes.arrayBuffer().catch(() => null) : slot.bytes
    if (bytes && slot.sha256 === (await hash(bytes))) return { slot: { ...slot, bytes }, damaged }
  }
  return { slot: null, damaged: found.length }
}

/** Whether a run can be taken up: that one of its slots holds what its hash says, and how many newer ones do not. */
export async function check(run: string): Promise<{ whole: boolean; step: number; savedAt: number; damaged: number }> {
  const { slot, damaged } = await newestSlot(run)
  return { whole: slot !== null, step: slot?.step ?? 0, savedAt: slot?.savedAt ?? 0, damaged }
}

/** Another version of the page may have written anything. */
function readable({ bytes, history, sha256, step, savedAt }: StoredSlot): boolean {
  const curves = history as History | undefined
  return (bytes instanceof Blob || bytes instanceof ArrayBuffer) && typeof sha256 === 'string' && typeof step === 'number' && typeof savedAt === 'number'
    && Array.isArray(curves?.epochs) && Array.isArray(curves.trace?.at) && Array.isArray(curves.changes)
}

export async function forgetSlots(run: string) {
  const db = await database()
  const change = db.transaction('slots', 'readwrite', strict)
  delete lastKey[run]
  await Promise.all([change.store.delete(`${run}-0`), change.store.delete(`${run}-1`), change.done])
}

export async function putRun(run: PastRun) {
  await (await database()).put('runs', run)
}

export async function deleteRun(id: string) {
  await (await database()).delete('runs', id)
}

export async function allRuns(): Promise<PastRun[]> {
  return (await database()).getAll('runs')
}

export async function putDrawings(drawings: readonly OwnDrawing[]) {
  const change = (await database()).transaction('drawings', 'readwrite', strict)
  await Promise.all([...drawings.map((drawing) => change.store.put(drawing)), change.done])
}

export async function deleteDrawing(id: string) {
  await (await database()).delete('drawings', id)
}

/** This person's drawings, the oldest first. */
export async function allDrawings(): Promise<OwnDrawing[]> {
  return (await (await database()).getAll('drawings')).sort((a, b) => a.madeAt - b.madeAt)
}

export async function deleteEverything() {
  const db = await database()
  const all = ['slots', 'runs', 'drawings'] as const
  const change = db.transaction(all, 'readwrite', strict)
  await Promise.all([...all.map((store) => change.objectStore(store).clear()), change.done])
}
