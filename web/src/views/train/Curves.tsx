import { Chart, type Line } from '../../parts/Chart'
import { decimals, percent, rate } from '../../parts/format'
import { t } from '../../words'
import { linesOf, summarize, toChart, toRates, type Curve } from './curves'
import { SaveCurves } from './SaveCurves'

/** Loss and accuracy of any runs, here or on the server, and their learning rates where they move. */
export function Curves({ curves }: { curves: readonly Curve[] }) {
  const shown = curves.filter(({ history }) => history.epochs.length > 0 || history.trace.at.length > 0)
  const rates = toRates(shown)
  const summary = (what: 'loss' | 'acc') => shown.map((curve) => summarize(curve, what)).join(' ')
  return (
    <div class="pair">
      <figure class="card">
        <h2>{t.train.charts.loss}</h2>
        {shown.length === 0 ? <Nothing /> : <>
          <Legend curves={shown} />
          <Chart data={toChart(shown, 'loss')} label={t.train.lossSummary(summary('loss'))} yText={(value) => decimals(value, 2)} />
          <SaveCurves name="loss" title={t.train.charts.loss} data={() => toChart(shown, 'loss')} yText={(value) => decimals(value, 2)} />
        </>}
      </figure>
      <figure class="card">
        <h2>{t.train.charts.accuracy}</h2>
        {shown.length === 0 ? <Nothing /> : <>
          <Legend curves={shown} />
          <Chart data={toChart(shown, 'acc')} label={t.train.accSummary(summary('acc'))} yText={(value) => percent(value, 0)} />
          <SaveCurves name="accuracy" title={t.train.charts.accuracy} data={() => toChart(shown, 'acc')} yText={(value) => percent(value, 0)} />
        </>}
      </figure>
      {rates && (
        <figure class="card rates">
          <h2>{t.train.charts.lr}</h2>
          <ul class="legend">{rates.lines.map((line) => <li key={line.label}><Sample line={line} />{line.label}</li>)}</ul>
          <Chart data={rates} height={150} yText={rate}
            label={t.train.lrSummary(shown.map(({ title, history }) => t.train.lrNow(title, rate(history.live?.lr ?? history.epochs.at(-1)?.lr ?? 0))).join(' '))} />
        </figure>
      )}
    </div>
  )
}

const Nothing = () => <p class="chart-empty soft">{t.train.empty}</p>

function Legend({ curves }: { curves: readonly Curve[] }) {
  return (
    <ul class="legend">
      {curves.flatMap(linesOf).map((line) => <li key={line.label}><Sample line={line} />{line.label}</li>)}
    </ul>
  )
}

function Sample({ line }: { line: Line }) {
  const stroke = `var(${line.stroke})`
  const paint = { fill: stroke, stroke: 'none' }
  return (
    <svg viewBox="0 0 34 12" aria-hidden="true">
      <line x1="1" x2="33" y1="6" y2="6" style={{ stroke, strokeWidth: line.width, strokeDasharray: line.dash?.join(' '), opacity: line.alpha }} />
      {line.marker === 'circle' && <circle cx="17" cy="6" r="4" style={paint} />}
      {line.marker === 'square' && <rect x="13" y="2" width="8" height="8" style={paint} />}
      {line.marker === 'diamond' && <path d="M17 1 L22 6 L17 11 L12 6 Z" style={paint} />}
    </svg>
  )
}
