import { count, decimals, duration, percent, rate, shortSha } from '../../parts/format'
import { bestEpoch, historyCsv, secondsLeft, secondsTaken } from '../../run/history'
import type { Run } from '../../run/run'
import { saveFile } from '../../keep/download'
import type { ModelName } from '../../run/words'
import { here, trained, view } from '../../state/app'
import { tested, testing, whichOf } from '../../state/evaluations'
import { t } from '../../words'

/** Where one run is now. */
export function Live({ run }: { run: Run }) {
  const { live, config, epochs } = run.history.value
  const status = run.status.value
  const last = epochs.at(-1)
  const best = bestEpoch(run.history.value)
  const left = secondsLeft(run.history.value)
  const taken = secondsTaken(run.history.value)
  const replaced = run.replaced.value
  const validating = run.validating.value && status === 'running'
  return (
    <section class={`card live ${run.model}`} aria-label={`${t.models[run.model]}: ${t.train.live}`}>
      <div class="row apart">
        <h2>{t.models[run.model]}</h2>
        <span class={`tag status-${status}`}>{validating ? t.train.validating : t.train.statuses[status]}</span>
      </div>
      <progress class="whole" max={live?.steps ?? 1} value={live?.step ?? 0} aria-label={`${t.models[run.model]}: ${t.train.stepOf(count(live?.step ?? 0), count(live?.steps ?? 0))}`} />
      <p class="row apart small soft">
        <span>{live ? `${t.train.epochOf(live.epoch, config.epochs ?? live.epoch)}, ${t.train.stepOf(count(live.step), count(live.steps))}` : t.none}</span>
        <span>{left !== null && live ? `${t.train.perSecond(count(live.images_per_second ?? 0))} · ${t.train.left(duration(left))}` : taken !== null ? t.train.took(duration(taken)) : ''}</span>
      </p>
      {replaced && <p class="small replaced">{t.train.said.replaced(t.models[run.model], replaced.reason, count(replaced.step))}</p>}
      <dl class="figures">
        <Figure name={`${t.loss}, ${t.train.training}`} value={decimals(live?.train_loss)} />
        <Figure name={`${t.loss}, ${t.train.validation}`} value={decimals(last?.val_loss)} />
        <Figure name={`${t.accuracy}, ${t.train.training}`} value={percent(live?.train_acc)} />
        <Figure name={`${t.accuracy}, ${t.train.validation}`} value={percent(last?.val_acc)} strong />
        {run.session.place === 'here' && <TestFigure model={run.model} />}
      </dl>
      {(status === 'done' || status === 'stopped') && <Next />}
      <p class="small soft row apart">
        <span title={t.train.fingerprintHint}>{t.train.fingerprint} <code>{run.sha.value ? shortSha(run.sha.value) : t.none}</code></span>
        <span>{best ? t.train.bestAt(best.epoch) : ''}</span>
      </p>
    </section>
  )
}

/** A run that has ended leads on. */
function Next() {
  return (
    <div class="row next" role="group" aria-label={t.train.next}>
      {(['test', 'look', 'draw', 'keep'] as const).map((name) => (
        <button key={name} type="button" class="button slim" onClick={() => { view.value = name }}>{t.train.nexts[name]}</button>
      ))}
    </div>
  )
}

/** The test that follows a run's end, and what it found. */
function TestFigure({ model }: { model: ModelName }) {
  const found = tested[model].value
  const progress = here[model].progress.value
  const name = `${t.accuracy}, ${t.train.test}`
  if (testing.value.includes(model)) return <Figure name={name} value={percent(progress ? progress.done / progress.total : 0, 0)} note={t.train.tested} />
  if (!found || found.version !== trained[model].value?.version) return null
  const which = whichOf(found)
  return <Figure name={which ? `${name}, ${t.test.weightsOf[which]}` : name} value={percent(found.accuracy)} strong />
}

function Figure({ name, value, strong = false, note }: { name: string; value: string; strong?: boolean; note?: string }) {
  return (
    <div class={strong ? 'strong' : ''}>
      <dt>{name}</dt>
      <dd>{value}{note && <small class="soft"> {note}</small>}</dd>
    </div>
  )
}

/** The numbers behind the curves. */
export function EpochTable({ run }: { run: Run }) {
  const { epochs } = run.history.value
  if (epochs.length === 0) return null
  const { columns } = t.train
  const title = t.models[run.model]
  return (
    <details class="card">
      <summary>{t.train.history(title)}</summary>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={t.train.history(title)}>
        <table>
          <thead>
            <tr>
              <th class="number">{columns.epoch}</th><th class="number">{columns.trainLoss}</th><th class="number">{columns.trainAcc}</th>
              <th class="number">{columns.valLoss}</th><th class="number">{columns.valAcc}</th><th class="number">{columns.lr}</th>
              <th class="number">{columns.seconds}</th><th>{columns.sha}</th>
            </tr>
          </thead>
          <tbody>
            {epochs.map((epoch) => (
              <tr key={epoch.epoch}>
                <td class="number">{epoch.epoch}</td><td class="number">{decimals(epoch.train_loss)}</td><td class="number">{percent(epoch.train_acc)}</td>
                <td class="number">{decimals(epoch.val_loss)}</td><td class="number">{percent(epoch.val_acc)}</td><td class="number">{rate(epoch.lr)}</td>
                <td class="number">{decimals(epoch.seconds, 1)}</td><td><code title={epoch.weights_sha256}>{shortSha(epoch.weights_sha256)}</code></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <button type="button" class="button slim" onClick={() => saveFile(`${run.model}-history.csv`, historyCsv(run.history.value), 'text/csv')}>{t.train.csv}</button>
    </details>
  )
}
