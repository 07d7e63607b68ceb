import type { ChartData, Line } from '../../parts/Chart'
import { ink, type Figure, type Pen } from '../../parts/pen'
import { t } from '../../words'

const width = 760
const height = 460
const plot = { left: 70, right: 740, top: 60, bottom: 340 }
const soft = '#555e6b'
const faint = '#d9d5cb'
/** The page's light colours, whatever its theme is now. */
const hues: Record<string, string> = { '--m1': '#0077bb', '--m1-text': '#00629b', '--m2': '#ee7733', '--m2-text': '#a5430a' }

/** Round numbers from `low` to `high`, five or so; + 0 makes a zero of a minus zero. */
export function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5 || 1
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((times) => times * size).find((one) => one >= rough) ?? size
  const found: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(i * step + 0)
  return found
}

/** A chart as a figure in a file: axes with numbers, every line, its marks and its legend. */
export function curveFigure(title: string, data: ChartData, yText: (value: number) => string): Figure {
  return { width, height, draw: (pen) => draw(pen, title, data, yText) }
}

function draw(pen: Pen, title: string, { lines, columns, marks, range }: ChartData, yText: (value: number) => string) {
  const [xs, ...series] = columns as [number[], ...(number | null)[][]]
  const values = series.flat().filter((value): value is number => value !== null)
  const low = range.y[0] ?? values.reduce((a, b) => Math.min(a, b), Infinity)
  const high = range.y[1] ?? values.reduce((a, b) => Math.max(a, b), -Infinity)
  const x = (value: number) => plot.left + ((value - range.x[0]) / (range.x[1] - range.x[0])) * (plot.right - plot.left)
  const y = (value: number) => plot.bottom - ((value - low) / (high - low || 1)) * (plot.bottom - plot.top)
  pen.box(0, 0, width, height, '#ffffff')
  pen.text(plot.left, 32, title, { size: 18, fill: ink, bold: true })
  for (const at of ticks(low, high)) {
    pen.path([[plot.left, y(at)], [plot.right, y(at)]], { stroke: faint, width: 1 })
    pen.text(plot.left - 8, y(at) + 4, yText(at), { size: 12, fill: soft, anchor: 'end' })
  }
  for (const at of ticks(...range.x).filter(Number.isInteger)) pen.text(x(at), plot.bottom + 18, String(at), { size: 12, fill: soft, anchor: 'middle' })
  pen.text((plot.left + plot.right) / 2, plot.bottom + 38, t.chart.epoch, { size: 13, fill: ink, anchor: 'middle' })
  for (const { at, text } of marks) {
    pen.path([[x(at), plot.top], [x(at), plot.bottom]], { stroke: soft, width: 1, dash: [3, 3] })
    pen.text(x(at) + 4, plot.top + 12, text, { size: 12, fill: soft })
  }
  lines.forEach((line, i) => {
    const points = xs.flatMap((at, k): [number, number][] => (series[i]![k] === null || series[i]![k] === undefined ? [] : [[x(at), y(series[i]![k]!)]]))
    drawLine(pen, line, points)
    const row = plot.bottom + 62 + 20 * Math.floor(i / 2)
    const left = plot.left + (i % 2) * 330
    drawLine(pen, line, [[left, row], [left + 20, row], [left + 40, row]])
    pen.text(left + 50, row + 4, line.label, { size: 12, fill: ink })
  })
}

function drawLine(pen: Pen, line: Line, points: [number, number][]) {
  const stroke = hues[line.stroke] ?? ink
  pen.path(points, { stroke, width: line.width, ...(line.dash ? { dash: line.dash } : {}), ...(line.alpha ? { alpha: line.alpha } : {}) })
  if (line.marker) for (const [x, y] of points) pen.path(markerAt(line.marker, x, y), { stroke, width: 1 }, true)
}

/** The outline of a marker; a circle has so many corners that it is round. */
function markerAt(kind: NonNullable<Line['marker']>, x: number, y: number): [number, number][] {
  const half = 4
  if (kind === 'square') return [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
  if (kind === 'diamond') return [[x, y - half - 1], [x + half + 1, y], [x, y + half + 1], [x - half - 1, y]]
  return Array.from({ length: 20 }, (_, i) => [x + half * Math.cos((i * Math.PI) / 10), y + half * Math.sin((i * Math.PI) / 10)])
}

/** The columns behind a chart, a row a point. */
export function curveCsv({ lines, columns }: ChartData): string {
  const head = ['epoch', ...lines.map((line) => `"${line.label}"`)].join(',')
  const [xs, ...series] = columns
  return [head, ...xs!.map((at, k) => [at, ...series.map((values) => values[k] ?? '')].join(','))].join('\n') + '\n'
}
