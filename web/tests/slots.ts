import type { Page } from '@playwright/test'
import type { StoredSlot } from '../src/keep/store'
import type { ModelName } from '../src/run/words'

/** What a model's two slots in this browser hold, newest first; with `spoil`, after changing a byte of those named. */
export const slots = (page: Page, model: ModelName, spoil: string[] = []) => page.evaluate(async ([model, spoil]) => {
  const asked = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  if (!(await indexedDB.databases()).some(({ name }) => name === 'atelier')) return []
  const db = await asked(indexedDB.open('atelier'))
  const store = () => db.transaction('slots', 'readwrite').objectStore('slots')
  const all = (await asked(store().getAll()) as StoredSlot[]).filter((slot) => slot.model === model)
  for (const slot of all) {
    if (!spoil.includes(slot.key)) continue
    const bytes = new Uint8Array(await new Blob([slot.bytes]).arrayBuffer())
    bytes[3]! ^= 1
    await asked(store().put({ ...slot, bytes: new Blob([bytes]) }))
  }
  db.close()
  return all.sort((a, b) => b.savedAt - a.savedAt).map(({ key, step }) => ({ key, step }))
}, [model, spoil] as const)

/** The step of a model's newest slot; null where there is none. */
export const keptStep = async (page: Page, model: ModelName) => (await slots(page, model))[0]?.step ?? null
