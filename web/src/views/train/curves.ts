import type { ChartData, Line } from '../../parts/Chart'
import { decimals, percent, rate } from '../../parts/format'
import { stepsPerEpoch, type History } from '../../run/history'
import type { ModelName } from '../../run/words'
import { t } from '../../words'

/** A run in a chart. */
export interface Curve {
  model: ModelName
  title: string
  place: 'here' | 'server'
  history: History
  /** How many curves of the same model are before it in the chart. */
  nth?: number
}

const look = {
  model1: { stroke: '--m1', dashes: [[], [2, 4], [9, 4], [9, 3, 2, 3]], marker: 'circle' },
  model2: { stroke: '--m2', dashes: [[7, 5], [2, 6], [14, 5], [14, 4, 2, 4]], marker: 'square' },
} as const

/** Training is thin and pale, validation heavy with markers; Model 2 is dashed, and so is a model's second run; a run on the server has diamonds. */
export function linesOf({ model, title, place, nth = 0 }: Curve): [Line, Line] {
  const { stroke, dashes, marker } = look[model]
  const dash = dashes[nth % dashes.length]!
  const dashed = dash.length > 0 ? { dash: [...dash] } : {}
  return [
    { label: `${title}, ${t.train.training}`, stroke, width: 1.5, alpha: 0.7, ...dashed },
    { label: `${title}, ${t.train.validation}`, stroke: `${stroke}-text`, width: 2.25, marker: place === 'server' ? 'diamond' : marker, ...dashed },
  ]
}

/**
 * Where the axis of epochs ends. It doubles with the run, so that the curves fill half
 * of their chart at least from the first epoch on, up to all epochs of the run.
 */
export function axisEnd(curves: readonly Curve[]): number {
  const last = (history: History) => Math.max(history.trace.at.at(-1) ?? 0, history.epochs.at(-1)?.epoch ?? 0)
  const reached = Math.max(0, ...curves.map(({ history }) => last(history)))
  const all = Math.max(1, reached, ...curves.map(({ history }) => history.config.epochs ?? 1))
  let end = 1
  while (end < reached) end *= 2
  return Math.min(end, all)
}

/** Puts all runs' points on one x axis, in epochs. */
export function toChart(curves: readonly Curve[], what: 'loss' | 'acc'): ChartData {
  const points = new Map<number, (number | null)[]>()
  const lines: Line[] = []
  const width = 2 * curves.length
  const put = (x: number, column: number, value: number | null) => {
    let row = points.get(x)
    if (!row) points.set(x, (row = new Array<number | null>(width).fill(null)))
    row[column] = value
  }
  const marks: ChartData['marks'] = []
  curves.forEach((curve, i) => {
    const { history } = curve
    lines.push(...linesOf(curve))
    smooth(history.trace[what]).forEach((value, k) => put(history.trace.at[k]!, 2 * i, value))
    for (const epoch of history.epochs) {
      // Where steps were heard, the thin line is theirs; a run that only reported epochs has those.
      if (history.trace.at.length === 0) put(epoch.epoch, 2 * i, what === 'loss' ? epoch.train_loss : epoch.train_acc)
      put(epoch.epoch, 2 * i + 1, what === 'loss' ? epoch.val_loss : epoch.val_acc)
    }
    // Both models are often changed at once: one line says it.
    for (const mark of [...changeMarks(history), ...cutMarks(history)]) {
      if (!marks.some((old) => old.text === mark.text && Math.abs(old.at - mark.at) < 0.02 * (history.config.epochs ?? 1))) marks.push(mark)
    }
  })
  const xs = [...points.keys()].sort((a, b) => a - b)
  const columns: (number | null)[][] = [xs]
  for (let column = 0; column < width; column++) columns.push(xs.map((x) => points.get(x)![column]!))
  return { lines, columns, marks, range: { x: [0, axisEnd(curves)], y: what === 'loss' ? [0, null] : [null, null] } }
}

/** What a person changed, where it was changed. */
function changeMarks(history: History): ChartData['marks'] {
  const perEpoch = stepsPerEpoch(history)
  return history.changes.map(({ step, key, value }) => ({ at: step / perEpoch, text: `${t.train.marks[key] ?? key} ${rate(value)}` }))
}

/** A rate that falls by so much between two epochs was cut by the schedule, not bent a little. */
const cut = 0.75

/** Where the report's schedule cut the learning rate; rates that move at every step have their own chart. */
function cutMarks(history: History): ChartData['marks'] {
  if ((history.config.recipe ?? 'report') !== 'report') return []
  const perEpoch = stepsPerEpoch(history)
  const byHand = history.changes.filter(({ key }) => key === 'lr').map(({ step }) => Math.floor(step / perEpoch))
  return history.epochs.flatMap((epoch, i) => {
    const before = history.epochs[i - 1]
    if (!before || epoch.lr > cut * before.lr || byHand.includes(before.epoch) || byHand.includes(before.epoch - 1)) return []
    return [{ at: before.epoch, text: `${t.train.marks.lr} ${rate(epoch.lr)}` }]
  })
}

/** The learning rates of all runs, a line each; null where none has moved. */
export function toRates(curves: readonly Curve[]): ChartData | null {
  const points = new Map<number, (number | null)[]>()
  const put = (x: number, column: number, value: number) => {
    let row = points.get(x)
    if (!row) points.set(x, (row = new Array<number | null>(curves.length).fill(null)))
    row[column] = value
  }
  let moved = false
  curves.forEach(({ history }, i) => {
    const { trace } = history
    const known = trace.lr && trace.lr.length === trace.at.length && trace.at.length > 0
    const rates = known ? trace.lr! : history.epochs.map((one) => one.lr)
    const ats = known ? trace.at : history.epochs.map((one) => one.epoch)
    rates.forEach((value, k) => put(ats[k]!, i, value))
    moved ||= rates.some((value) => Math.abs(value - rates[0]!) > 1e-9 * Math.abs(value))
  })
  if (!moved) return null
  const xs = [...points.keys()].sort((a, b) => a - b)
  const lines = curves.map((curve): Line => {
    const { alpha: _, ...line } = linesOf(curve)[0]
    return { ...line, label: curve.title, width: 2 }
  })
  return { lines, columns: [xs, ...lines.map((_, i) => xs.map((x) => points.get(x)![i]!))], marks: [], range: { x: [0, axisEnd(curves)], y: [0, null] } }
}

/** Single batches jump about; each point becomes the mean of its neighbours, fewer at the ends. */
export function smooth(values: readonly number[], reach = 4): number[] {
  return values.map((_, i) => {
    const near = Math.min(reach, i, values.length - 1 - i)
    let sum = 0
    for (let k = i - near; k <= i + near; k++) sum += values[k]!
    return sum / (2 * near + 1)
  })
}

/** One sentence on a run, for a chart's label. */
export function summarize({ title, history }: Curve, what: 'loss' | 'acc'): string {
  const last = history.epochs.at(-1)
  if (!last) return ''
  return what === 'loss'
    ? t.train.seriesSummary(title, last.epoch, decimals(last.train_loss), decimals(last.val_loss))
    : t.train.seriesSummary(title, last.epoch, percent(last.train_acc), percent(last.val_acc))
}
