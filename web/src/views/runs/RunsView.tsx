import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { dropPast, numbered, pastRuns } from '../../keep/autosave'
import { moment, percent, shortSha } from '../../parts/format'
import { bestEpoch, isActive, type History } from '../../run/history'
import type { Run } from '../../run/run'
import { modelNames, type ModelName } from '../../run/words'
import { here, onServer } from '../../state/app'
import { mayLose } from '../../state/losing'
import { bring, continueOnServer, order, reachable, refresh, trainOnServer } from '../../state/serverRuns'
import { t } from '../../words'
import type { Curve } from '../train/curves'
import { Curves } from '../train/Curves'
import { DevicePanel } from './DevicePanel'
import './runs.css'

interface Row {
  id: string
  model: ModelName
  place: 'here' | 'server'
  /** In the chart's legend: no two are the same. */
  name: string
  history: History
  run: Run | null
  /** When it ended, of a run whose weights are gone. */
  endedAt: number | null
}

function allRows(): Row[] {
  // The run that still stands under Train is not listed twice.
  const own = modelNames.map((name) => here[name]).filter((run) => run.status.value !== 'idle')
  const current = new Set(own.map((run) => run.sha.value))
  return [
    ...own.map((run): Row => ({ id: run.id, model: run.model, place: 'here', name: t.runs.named(t.models[run.model], t.runs.here), history: run.history.value, run, endedAt: null })),
    ...onServer.value.map((run): Row => ({ id: run.id, model: run.model, place: 'server', name: t.runs.named(t.models[run.model], run.id), history: run.history.value, run, endedAt: null })),
    // The last first.
    ...numbered(pastRuns.value).reverse().filter(({ history }) => !current.has(history.end?.weights_sha256 ?? ''))
      .map(({ id, number, endedAt, history }): Row => {
        const { model } = history.config
        return { id, model, place: 'here', name: t.runs.named(t.models[model], t.runs.numbered(number)), history, run: null, endedAt }
      }),
  ]
}

export function RunsView() {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map())
  useEffect(() => { void refresh() }, [])
  const rows = allRows()
  // Of runs long over, only those that a person chooses; the newest where there is nothing else.
  const shown = new Set(rows.filter((row, i) => chosen.get(row.id) ?? (row.run !== null || i === 0)).map((row) => row.id))
  const curves: Curve[] = []
  for (const { id, model, name, place, history } of rows) {
    if (shown.has(id)) curves.push({ model, title: name, place, history, nth: curves.filter((before) => before.model === model).length })
  }
  const toggle = (id: string) => setChosen(new Map(chosen).set(id, !shown.has(id)))
  return (
    <div class="view">
      <header>
        <h1>{t.runs.title}</h1>
        <p class="lead">{t.runs.lead}</p>
      </header>
      <div class="rows">
        <section class="card">
          {rows.length === 0 ? <p class="soft">{t.runs.none}</p> : <RunTable rows={rows} shown={shown} onToggle={toggle} />}
        </section>
        {rows.length > 0 && <Curves curves={curves} />}
        <ServerPanel />
      </div>
    </div>
  )
}

const columnNames = ['show', 'where', 'model', 'recipe', 'status', 'epochs', 'acc', 'seed', 'sha', 'act'] as const
const numbers = new Set<string>(['epochs', 'acc', 'seed'])

/** Its roles are spelt out: where a row becomes a card (runs.css), a table that is no longer laid out as one may lose them. */
function RunTable({ rows, shown, onToggle }: { rows: Row[]; shown: ReadonlySet<string>; onToggle: (id: string) => void }) {
  const { columns } = t.runs
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.runs.table}>
      <table class="runs-table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columnNames.map((name) => <th key={name} role="columnheader" class={numbers.has(name) ? 'number' : ''}>{columns[name]}</th>)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => {
            const { history } = row
            const sha = history.end?.weights_sha256 || history.epochs.at(-1)?.weights_sha256
            return (
              <tr key={row.id} class={row.model} role="row">
                <td role="cell"><input type="checkbox" class="show" checked={shown.has(row.id)} aria-label={t.runs.showRun(row.name)} onChange={() => onToggle(row.id)} /></td>
                <Named column={columns.where}>{row.endedAt ? t.runs.ended(moment(row.endedAt)) : row.place === 'server' ? t.runs.server : t.runs.here}</Named>
                <th scope="row" role="rowheader" class="run-model">{row.name}</th>
                <Named column={columns.recipe}>{t.train.recipes[history.config.recipe ?? 'report']}</Named>
                <Named column={columns.status}><span class={`tag status-${history.status}`}>{t.train.statuses[history.status]}</span></Named>
                <Named column={columns.epochs} number>{history.epochs.length}/{history.config.epochs ?? t.none}</Named>
                <Named column={columns.acc} number>{percent(bestEpoch(history)?.val_acc)}</Named>
                <Named column={columns.seed} number>{history.config.seed ?? t.none}</Named>
                <Named column={columns.sha}><code>{sha ? shortSha(sha) : t.none}</code></Named>
                <td role="cell" class="run-act">{row.run ? <Actions run={row.run} /> : <Remove row={row} />}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** A cell that names its column itself where there is no room for columns. */
function Named({ column, number, children }: { column: string; number?: boolean; children: ComponentChildren }) {
  return <td role="cell" class={number ? 'number' : ''} data-column={column}>{children}</td>
}

function Remove({ row }: { row: Row }) {
  const remove = async () => {
    if (await mayLose([t.runs.removes(row.name)])) await dropPast(row.id)
  }
  return <button type="button" class="button slim" aria-label={t.runs.removeRun(row.name)} onClick={() => void remove()}>{t.runs.remove}</button>
}

function Actions({ run }: { run: Run }) {
  const status = run.status.value
  if (run.session.place === 'here') {
    // A run that was just loaded has told no step yet, and can go on there all the same.
    return reachable.value && (status === 'running' || status === 'paused' || status === 'stopped')
      ? <button type="button" class="button slim" onClick={() => void continueOnServer(run.model)}>{t.runs.continueServer}</button>
      : null
  }
  const acts: [string, () => void][] = []
  if (status === 'running' || status === 'queued') acts.push([t.runs.pause, () => void order(run, 'pause')])
  if (status === 'paused' || status === 'stopped') acts.push([t.runs.resume, () => void order(run, 'resume')])
  if (isActive(status)) acts.push([t.runs.stop, () => void order(run, 'stop')])
  // From its first step on a run has a checkpoint.
  if (run.history.value.live) acts.push([t.runs.bring, () => void bring(run)])
  return <div class="row run-actions">{acts.map(([name, act]) => <button key={name} type="button" class="button slim" onClick={act}>{name}</button>)}</div>
}

function ServerPanel() {
  if (reachable.value === null) return null
  if (!reachable.value) return <p class="card soft">{t.runs.noServer}</p>
  return (
    <>
      <section class="card row" aria-label={t.runs.server}>
        {modelNames.map((name) => (
          <button key={name} type="button" class="button" onClick={() => void trainOnServer(name)}>{t.runs.startServer(t.models[name])}</button>
        ))}
        <span class="small soft">{t.runs.startHint}</span>
      </section>
      <DevicePanel />
    </>
  )
}
