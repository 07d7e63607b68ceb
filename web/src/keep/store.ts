import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { hash } from './hash'
import type { Stroke } from '../run/drawing'
import type { History } from '../run/history'
import type { ModelName } from '../run/words'

/** One of a model's two slots: a whole run, and the hash that tells whether it was written to its end. */
export interface Slot {
  key: string
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

export type Kept = Pick<Slot, 'step' | 'savedAt'>

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

let opened: Promise<IDBPDatabase<Schema>> | null = null

/** The database; opened anew after a failure or when the browser closed it. */
function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(name, 2, {
    upgrade(db, from) {
      if (from < 1) {
        db.createObjectStore('slots', { keyPath: 'key' })
        db.createObjectStore('runs', { keyPath: 'id' })
      }
      if (from < 2) db.createObjectStore('drawings', { keyPath: 'id' })
    },
    blocking(_, __, event) {
      (event.target as IDBDatabase).close()
      opened = null
    },
    terminated() { opened = null },
  }).catch((error: unknown) => {
    opened = null
    throw error
  })
  return opened
}

/** Writes to the slot that was not written last, so that one whole run is always there; says when. */
export async function putSlot(model: ModelName, step: number, given: ArrayBufferLike, history: History): Promise<Kept> {
  // Neither a hash nor a Blob is made of shared memory.
  const bytes = given instanceof ArrayBuffer ? given : new Uint8Array(given).slice().buffer
  const db = await database()
  const last = lastKey[model] ?? (await newestSlot(model)).slot?.key
  const key = `${model}-${last === `${model}-0` ? 1 : 0}`
  const slot = { key, model, step, savedAt: Date.now(), sha256: await hash(bytes), bytes: new Blob([bytes]), history }
  const change = db.transaction('slots', 'readwrite', strict)
  await Promise.all([change.store.put(slot), change.done])
  lastKey[model] = key
  return { step, savedAt: slot.savedAt }
}

/** The slot that was written last here; reading both to find out takes long. */
const lastKey: Partial<Record<ModelName, string>> = {}

/** What a model's slots hold. */
export interface Found {
  /** The newest slot whose bytes are what their hash says. */
  slot: Slot | null
  /** How many newer ones are not. */
  damaged: number
  /** How many are of a form that this page cannot read. */
  strange: number
}

export async function newestSlot(model: ModelName): Promise<Found> {
  const db = await database()
  const all = (await Promise.all([0, 1].map((i) => db.get('slots', `${model}-${i}`)))).filter((slot) => slot !== undefined)
  const found = all.filter(readable).sort((a, b) => b.savedAt - a.savedAt)
  const strange = all.length - found.length
  for (const [damaged, slot] of found.entries()) {
    const bytes = slot.bytes instanceof Blob ? await slot.bytes.arrayBuffer().catch(() => null) : slot.bytes
    if (bytes && slot.sha256 === (await hash(bytes))) return { slot: { ...slot, bytes }, damaged, strange }
  }
  return { slot: null, damaged: found.length, strange }
}

/** Another version of the page may have written anything. */
function readable({ bytes, history, sha256, step, savedAt }: StoredSlot): boolean {
  const curves = history as History | undefined
  return (bytes instanceof Blob || bytes instanceof ArrayBuffer) && typeof sha256 === 'string' && typeof step === 'number' && typeof savedAt === 'number'
    && Array.isArray(curves?.epochs) && Array.isArray(curves.trace?.at) && Array.isArray(curves.changes)
}

export async function forgetSlots(model: ModelName) {
  const db = await database()
  const change = db.transaction('slots', 'readwrite', strict)
  delete lastKey[model]
  await Promise.all([change.store.delete(`${model}-0`), change.store.delete(`${model}-1`), change.done])
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
