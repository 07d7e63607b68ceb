import { useEffect, useState } from 'preact/hooks'
import { pastRuns } from '../../keep/autosave'
import { percent, shortSha } from '../../parts/format'
import { bestEpoch, isActive, type History } from '../../run/history'
import type { Run } from '../../run/run'
import { modelNames, type ModelName } from '../../run/words'
import { here, onServer } from '../../state/app'
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
  history: History
  run: Run | null
}

function allRows(): Row[] {
  const own = modelNames.map((name) => here[name]).filter((run) => run.status.value !== 'idle')
  const current = new Set(own.map((run) => run.sha.value))
  return [
    ...own.map((run): Row => ({ id: run.id, model: run.model, place: 'here', history: run.history.value, run })),
    ...onServer.value.map((run): Row => ({ id: run.id, model: run.model, place: 'server', history: run.history.value, run })),
    // The run that still stands under Train is not listed twice.
    ...[...pastRuns.value].reverse().filter((past) => !current.has(past.history.end?.weights_sha256 ?? ''))
      .map((past): Row => ({ id: past.id, model: past.history.config.model, place: 'here', history: past.history, run: null })),
  ]
}

export function RunsView() {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => { void refresh() }, [])
  const rows = allRows()
  const curves = rows.filter((row) => !hidden.has(row.id)).map((row): Curve => ({ model: row.model, title: nameOf(row), place: row.place, history: row.history }))
  const toggle = (id: string) => {
    const next = new Set(hidden)
    if (!next.delete(id)) next.add(id)
    setHidden(next)
  }
  return (
    <div class="view">
      <header>
        <h1>{t.runs.title}</h1>
        <p class="lead">{t.runs.lead}</p>
      </header>
      <div class="rows">
        <section class="card">
          {rows.length === 0 ? <p class="soft">{t.runs.none}</p> : <RunTable rows={rows} hidden={hidden} onToggle={toggle} />}
        </section>
        {rows.length > 0 && <Curves curves={curves} />}
        <ServerPanel />
      </div>
    </div>
  )
}

const nameOf = (row: Row) => `${t.models[row.model]} (${row.place === 'server' ? row.id : t.runs.here})`

function RunTable({ rows, hidden, onToggle }: { rows: Row[]; hidden: ReadonlySet<string>; onToggle: (id: string) => void }) {
  const { columns } = t.runs
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={t.runs.table}>
      <table class="runs-table">
        <thead>
          <tr>
            <th>{columns.show}</th><th>{columns.where}</th><th>{columns.model}</th><th>{columns.recipe}</th><th>{columns.status}</th>
            <th class="number">{columns.epochs}</th><th class="number">{columns.acc}</th><th class="number">{columns.seed}</th><th>{columns.sha}</th><th>{columns.act}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { history } = row
            const sha = history.end?.weights_sha256 || history.epochs.at(-1)?.weights_sha256
            return (
              <tr key={row.id} class={row.model}>
                <td><input type="checkbox" class="show" checked={!hidden.has(row.id)} aria-label={t.runs.showRun(nameOf(row))} onChange={() => onToggle(row.id)} /></td>
                <td>{row.place === 'server' ? t.runs.server : t.runs.here}</td>
                <th scope="row" class="run-model">{t.models[row.model]}</th>
                <td>{t.train.recipes[history.config.recipe ?? 'report']}</td>
                <td><span class={`tag status-${history.status}`}>{t.train.statuses[history.status]}</span></td>
                <td class="number">{history.epochs.length}/{history.config.epochs ?? t.none}</td>
                <td class="number">{percent(bestEpoch(history)?.val_acc)}</td>
                <td class="number">{history.config.seed ?? t.none}</td>
                <td><code>{sha ? shortSha(sha) : t.none}</code></td>
                <td>{row.run && <Actions run={row.run} />}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
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
