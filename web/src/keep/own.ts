import { signal } from '@preact/signals'
import type { Stroke } from '../run/drawing'
import { complain } from '../state/app'
import { newId } from '../run/id'
import { allDrawings, deleteDrawing, putDrawings } from './keeping'
import type { OwnDrawing } from './store'

/** This person's labelled drawings, kept in this browser; null until they have been read. */
export const own = signal<readonly OwnDrawing[] | null>(null)

let reading: Promise<void> | null = null

/** Reads them once. Where the browser keeps nothing they last as long as the page. */
export const readOwn = () => (reading ??= allDrawings().then(
  (found) => { own.value = [...found, ...(own.peek() ?? [])] },
  () => { own.value ??= [] },
))

export async function keepOwn(found: readonly { strokes: readonly Stroke[]; label: number }[]) {
  await readOwn()
  const now = Date.now()
  const added = found.map(({ strokes, label }, i): OwnDrawing => ({ id: newId(), madeAt: now + i, strokes: [...strokes], label }))
  own.value = [...(own.peek() ?? []), ...added]
  await putDrawings(added).catch(complain)
}

export async function dropOwn(id: string) {
  own.value = (own.peek() ?? []).filter((one) => one.id !== id)
  await deleteDrawing(id).catch(complain)
}
