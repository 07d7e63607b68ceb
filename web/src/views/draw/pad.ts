import { batch, computed, signal } from '@preact/signals'
import { isEmpty, side, toLine, type Drawing, type Stroke, type StrokeKind } from '../../run/drawing'
import type { Picture, Source } from '../../worker/protocol'

/** What lies on the pad: strokes, or an image of the data set, or a picture from a file. */
export interface Sheet {
  strokes: readonly Stroke[]
  image: number | null
  picture: Picture | null
}

const blank: Sheet = { strokes: [], image: null, picture: null }

/** A drawing and how it came about; undo goes back one stroke, or one clear, mirror or picture. */
interface Page {
  sheet: Sheet
  past: readonly Sheet[]
  future: readonly Sheet[]
  word?: string
}

const fresh: Page = { sheet: blank, past: [], future: [] }

export const pages = signal<readonly Page[]>([fresh])
export const at = signal(0)
export const tool = signal<StrokeKind>('pencil')
export const penWidth = signal(1)
export const ghost = signal<number | null>(null)
/** The stroke under the pen, not yet part of the drawing. */
export const open = signal<Stroke | null>(null)

export const page = computed(() => pages.value[at.value] ?? fresh)
export const sheet = computed(() => page.value.sheet)

/** All strokes, the one under the pen too. */
export const strokes = computed(() => (open.value ? [...sheet.value.strokes, open.value] : sheet.value.strokes))

export const source = computed<Source | null>(() => {
  const { image, picture } = sheet.value
  if (image !== null) return { split: 'test', index: image }
  if (picture) return { picture }
  const drawing: Drawing = { strokes: strokes.value.filter((stroke) => stroke.x.length > 0) }
  return isEmpty(drawing) ? null : { drawing: toLine(drawing) }
})

let changes = 0
/** Different for every state of the pad. */
export const padKey = computed(() => {
  void source.value
  return `pad ${++changes}`
})

function put(next: Page) {
  pages.value = pages.peek().map((old, i) => (i === at.peek() ? next : old))
}

function change(next: Sheet) {
  const { sheet: old, past, word } = page.peek()
  put({ sheet: next, past: [...past, old], future: [], ...(word ? { word } : {}) })
}

export function begin(x: number, y: number) {
  open.value = { x: [x], y: [y], kind: tool.peek(), width: tool.peek() === 'fill' ? 1 : penWidth.peek() }
}

export function extend(points: readonly [number, number][]) {
  const now = open.peek()
  if (!now) return
  open.value = { ...now, x: [...now.x, ...points.map(([x]) => x)], y: [...now.y, ...points.map(([, y]) => y)] }
}

export function finish() {
  const done = open.peek()
  if (!done) return
  batch(() => {
    open.value = null
    // A stroke over an image or a picture begins a drawing of its own.
    change({ strokes: [...sheet.peek().strokes, done], image: null, picture: null })
  })
}

export function undo() {
  const { sheet: now, past, future } = page.peek()
  const last = past.at(-1)
  if (last) put({ ...page.peek(), sheet: last, past: past.slice(0, -1), future: [now, ...future] })
}

export function redo() {
  const { sheet: now, past, future } = page.peek()
  const [next, ...rest] = future
  if (next) put({ ...page.peek(), sheet: next, past: [...past, now], future: rest })
}

export function clear() {
  if (sheet.peek() !== blank) change(blank)
}

export function mirror() {
  const now = sheet.peek()
  change({ ...now, strokes: now.strokes.map((stroke) => ({ ...stroke, x: stroke.x.map((x) => side - x) })) })
}

export const showImage = (image: number) => change({ strokes: [], image, picture: null })
export const showPicture = (picture: Picture) => change({ strokes: [], image: null, picture })

export function addPage() {
  batch(() => {
    pages.value = [...pages.peek(), fresh]
    at.value = pages.peek().length - 1
  })
}

export function turn(by: number) {
  at.value = Math.min(pages.peek().length - 1, Math.max(0, at.peek() + by))
}

/** The drawings made of strokes, for a file. */
export const drawings = (): Drawing[] =>
  pages.peek().filter((one) => one.sheet.strokes.length > 0).map((one) => ({ strokes: [...one.sheet.strokes], ...(one.word ? { word: one.word } : {}) }))

/** Puts drawings from a file behind those that are there. */
export function append(found: readonly Drawing[]) {
  if (found.length === 0) return
  batch(() => {
    const kept = pages.peek().filter((one) => one.sheet !== blank || one.past.length > 0)
    pages.value = [...kept, ...found.map((drawing) => ({ ...fresh, sheet: { ...blank, strokes: drawing.strokes }, ...(drawing.word ? { word: drawing.word } : {}) }))]
    at.value = kept.length
  })
}
