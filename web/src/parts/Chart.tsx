import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { theme } from '../state/app'
import { t } from '../words'
import { colour } from './colour'
import './chart.css'

/** A line of a chart: named colour, dash and marker, so that no line is told by colour alone. */
export interface Line {
  label: string
  /** A CSS custom property. */
  stroke: string
  width: number
  dash?: number[]
  marker?: 'circle' | 'square' | 'diamond'
  alpha?: number
}

export interface ChartData {
  lines: Line[]
  /** x, then one column a line; null where a line has no point. */
  columns: (number | null)[][]
  /** Upright marks with a word, such as a changed learning rate. */
  marks: { at: number; text: string }[]
  range: { x: [number, number]; y: [number | null, number | null] }
}

const usual = 260

export function Chart({ data, label, yText, height = usual }: { data: ChartData; label: string; yText: (value: number) => string; height?: number }) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const now = useRef(data)
  now.current = data
  // Lines, colours and scale formats are fixed when a plot is made; a new set of lines makes a new plot.
  const kind = JSON.stringify(data.lines) + theme.value

  useEffect(() => {
    const box = place.current!
    const made = new uPlot(options(box.clientWidth, height, now, yText), now.current.columns as uPlot.AlignedData, box)
    plot.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }))
    resize.observe(box)
    return () => {
      resize.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [kind])

  useEffect(() => {
    plot.current?.setData(data.columns as uPlot.AlignedData)
  }, [data])

  return <div class="chart" role="img" aria-label={label} style={{ minHeight: `${height}px` }} ref={place} />
}

function options(width: number, height: number, now: { current: ChartData }, yText: (value: number) => string): uPlot.Options {
  const soft = colour('--soft')
  const line = colour('--line')
  const font = `12px ${colour('--sans')}`
  const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } }
  return {
    width, height,
    legend: { show: false },
    cursor: { points: { size: 7 }, y: false },
    scales: {
      x: { time: false, range: () => now.current.range.x },
      y: { range: (_, low, high) => padded(now.current.range.y, low, high) },
    },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100], size: 26, gap: 4, label: t.chart.epoch, labelSize: 18, labelGap: 0, labelFont: font },
      { ...axis, values: (_, values) => values.map(yText), size: 58 },
    ],
    series: [{}, ...now.current.lines.map(series)],
    hooks: { draw: [(made) => drawMarks(made, now.current, soft, font)] },
  }
}

/** The given ends, or the data's with a little room. */
function padded([low, high]: ChartData['range']['y'], dataLow: number, dataHigh: number): [number, number] {
  const from = low ?? dataLow ?? 0
  const to = high ?? dataHigh ?? 1
  const room = (to - from || 0.1) * 0.06
  return [low ?? from - room, high ?? to + room]
}

function series(line: Line): uPlot.Series {
  const stroke = colour(line.stroke)
  return {
    label: line.label, stroke, width: line.width, spanGaps: true, alpha: line.alpha ?? 1,
    ...(line.dash ? { dash: line.dash } : {}),
    points: line.marker ? { show: true, size: 8, fill: stroke, ...marker(line.marker) } : { show: false },
  }
}

/** uPlot draws circles only; squares and diamonds are drawn here. */
function marker(kind: NonNullable<Line['marker']>): Partial<uPlot.Series.Points> {
  if (kind === 'circle') return {}
  const paths: uPlot.Series.Points.PathBuilder = (made, index, from, to) => {
    const path = new Path2D()
    const half = 4 * devicePixelRatio
    const ys = made.data[index]!
    for (let i = from; i <= to; i++) {
      const value = ys[i]
      if (value === null || value === undefined) continue
      const x = made.valToPos(made.data[0][i]!, 'x', true)
      const y = made.valToPos(value, 'y', true)
      if (kind === 'square') path.rect(x - half, y - half, 2 * half, 2 * half)
      else {
        path.moveTo(x, y - half)
        path.lineTo(x + half, y)
        path.lineTo(x, y + half)
        path.lineTo(x - half, y)
        path.closePath()
      }
    }
    return { stroke: path, fill: path } as uPlot.Series.Points.Paths
  }
  return { paths }
}

function drawMarks(made: uPlot, data: ChartData, stroke: string, font: string) {
  const { ctx, bbox } = made
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = stroke
  ctx.font = font.replace('12px', `${12 * devicePixelRatio}px`)
  ctx.textBaseline = 'alphabetic'
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
  for (const { at, text } of data.marks) {
    const x = made.valToPos(at, 'x', true)
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    // Near the right end the word stands before its line; a rim keeps it legible where curves pass.
    const room = bbox.left + bbox.width - x > ctx.measureText(text).width + 8 * devicePixelRatio
    ctx.textAlign = room ? 'left' : 'right'
    const spot = [x + (room ? 4 : -4) * devicePixelRatio, bbox.top + 12 * devicePixelRatio] as const
    ctx.save()
    ctx.setLineDash([])
    ctx.strokeStyle = colour('--sheet')
    ctx.lineWidth = 4 * devicePixelRatio
    ctx.lineJoin = 'round'
    ctx.strokeText(text, ...spot)
    ctx.restore()
    ctx.fillText(text, ...spot)
  }
  ctx.restore()
}
