import { trainable } from '../../data/set'
import { bytes, count, duration } from '../../parts/format'
import { secondsLeft } from '../../run/history'
import { modelNames, type EngineChoice, type ModelName } from '../../run/words'
import { onServer, recipes, settings } from '../../state/app'
import { device, engine as chosen, measure, measuring } from '../../state/serverRuns'
import { t } from '../../words'

/** What the server trains on, how fast it is, and why a faster engine is not used. */
export function DevicePanel() {
  const machine = device.value
  if (!machine) return null
  const now = current()
  return (
    <section class="card" aria-label={t.runs.device}>
      <div class="row apart">
        <h2>{t.runs.device}</h2>
        <button type="button" class="button slim" disabled={measuring.value} onClick={() => void measure()}>{measuring.value ? t.runs.measuring : t.runs.measure}</button>
      </div>
      <dl class="device">
        <div><dt>{t.runs.cores}</dt><dd>{machine.cpus} · {machine.os}/{machine.arch}</dd></div>
        {machine.memory_bytes !== null && <div><dt>{t.runs.memory}</dt><dd>{bytes(machine.memory_bytes)}</dd></div>}
        {modelNames.map((name) => <Speed key={name} model={name} perSecond={machine.speed[name]?.images_per_second ?? null} />)}
        {now && <div><dt>{t.runs.now}</dt><dd>{now}</dd></div>}
      </dl>
      <label class="field engine-choice">
        {t.runs.engine}
        <select value={chosen.value} onChange={(event) => { chosen.value = event.currentTarget.value as EngineChoice }}>
          <option value="auto">{t.runs.engines.auto}</option>
          <option value="core">{t.runs.engines.core}</option>
          <option value="gomlx">{t.runs.engines.gomlx}</option>
        </select>
      </label>
      <ul class="engines">
        {machine.engines.map((engine) => (
          <li key={engine.name}>
            <strong>{engine.name}</strong> <span class="soft">{engine.device}</span> <span class="tag">{engine.available ? t.runs.available : t.runs.unavailable}</span>
            {engine.note && <p class="small soft">{engine.note}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A model's measured speed, and how long the recipe under Train takes at it. */
function Speed({ model, perSecond }: { model: ModelName; perSecond: number | null }) {
  const { recipe, epochs, limit } = settings.value
  const whole = epochs ?? recipes[model].value?.find(({ name }) => name === recipe)?.epochs
  return (
    <div>
      <dt>{t.models[model]}</dt>
      <dd>
        {perSecond === null ? t.runs.notMeasured : t.train.perSecond(count(perSecond))}
        {perSecond !== null && whole !== undefined && `, ${t.runs.recipeTakes(t.train.recipes[recipe], duration((whole * Math.min(limit, trainable.value)) / perSecond))}`}
      </dd>
    </div>
  )
}

/** Speed and time left of the run in progress: as its events tell, else as the server reckoned. */
function current(): string | null {
  const run = onServer.value.find(({ status }) => status.value === 'running')
  const left = (run && secondsLeft(run.history.value)) ?? device.value?.seconds_left ?? null
  if (left === null) return null
  const pace = run?.history.value.live?.images_per_second
  return [pace && t.train.perSecond(count(pace)), t.train.left(duration(left))].filter(Boolean).join(', ')
}
