import { maxStrokeWidth } from '../protocol/program.gen'

const kinds = ['pencil', 'eraser', 'fill'] as const

/** What a stroke does, in the words of core/sketch. */
export type StrokeKind = (typeof kinds)[number]

/** What the pen did between touching the pad and leaving it; units 0 to 255, y down. */
export interface Stroke {
  x: number[]
  y: number[]
  kind: StrokeKind
  /** Times the pen's width; 1 is the usual pen. */
  width: number
}

export interface Drawing {
  strokes: Stroke[]
  /** What was to be drawn, where it is known. */
  word?: string
}

/** The pad's side in a drawing's units. */
export const side = 255

export const isEmpty = (drawing: Drawing) => drawing.strokes.every((stroke) => stroke.kind === 'eraser' || stroke.x.length === 0)

/** One line of Quick, Draw!'s simplified format; `style` is ours, and left out where all is pencil. */
export function toLine(drawing: Drawing): string {
  const record: Record<string, unknown> = { word: drawing.word ?? '', drawing: drawing.strokes.map(({ x, y }) => [x, y]) }
  if (drawing.strokes.some((stroke) => stroke.kind !== 'pencil' || stroke.width !== 1)) {
    record.style = drawing.strokes.map(({ kind, width }) => ({ kind, ...(width === 1 ? {} : { width }) }))
  }
  return JSON.stringify(record)
}

export class LineError extends Error {
  readonly line: number
  constructor(line: number, why: string) {
    super(why)
    this.line = line
  }
}

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one))

/** Reads a Quick, Draw! file, simplified or raw; drawings larger than the pad are made to fit it. */
export function fromNdjson(text: string): Drawing[] {
  const found: Drawing[] = []
  text.split('\n').forEach((line, i) => {
    if (line.trim() !== '') found.push(fit(fromLine(line, i + 1)))
  })
  return found
}

function fromLine(line: string, number: number): Drawing {
  let record: { word?: unknown; drawing?: unknown; style?: { kind?: StrokeKind; width?: number }[] }
  try {
    record = JSON.parse(line)
  } catch {
    throw new LineError(number, 'it is not JSON')
  }
  if (!Array.isArray(record?.drawing)) throw new LineError(number, 'it has no "drawing" with strokes')
  const strokes = record.drawing.map((stroke: unknown, k: number): Stroke => {
    const [x, y] = Array.isArray(stroke) ? stroke : []
    if (!isNumbers(x) || !isNumbers(y) || x.length !== y.length) throw new LineError(number, `stroke ${k + 1} is not [[x, ...], [y, ...]]`)
    const { kind, width } = record.style?.[k] ?? {}
    if (kind && !kinds.includes(kind)) throw new LineError(number, `stroke ${k + 1} is of a kind that the pad does not have: ${kinds.join(', ')} it has`)
    if (width && !(width > 0 && width <= maxStrokeWidth)) throw new LineError(number, `the width of stroke ${k + 1} is not a number up to ${maxStrokeWidth}`)
    return { x, y, kind: kind || 'pencil', width: width || 1 }
  })
  return { strokes, ...(typeof record.word === 'string' && record.word ? { word: record.word } : {}) }
}

/** Moves and scales a drawing into the pad where it lies outside of it. */
function fit(drawing: Drawing): Drawing {
  const xs = drawing.strokes.flatMap((stroke) => stroke.x)
  const ys = drawing.strokes.flatMap((stroke) => stroke.y)
  if (xs.length === 0) return drawing
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b))
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b))
  const [left, right, top, bottom] = [least(xs), most(xs), least(ys), most(ys)]
  if (left >= 0 && right <= side && top >= 0 && bottom <= side) return drawing
  const scale = Math.min(1, side / Math.max(right - left, bottom - top, 1))
  return { ...drawing, strokes: drawing.strokes.map((stroke) => ({ ...stroke, x: stroke.x.map((x) => (x - left) * scale), y: stroke.y.map((y) => (y - top) * scale) })) }
}
