import { bytes, count, duration } from '../../parts/format'
import { modelNames } from '../../run/words'
import { device } from '../../state/serverRuns'
import { t } from '../../words'

/** What the server trains on, how fast it is, and why a faster engine is not used. */
export function DevicePanel() {
  const machine = device.value
  if (!machine) return null
  return (
    <section class="card" aria-label={t.runs.device}>
      <h2>{t.runs.device}</h2>
      <dl class="device">
        <div><dt>{t.runs.cores}</dt><dd>{machine.cpus} · {machine.os}/{machine.arch}</dd></div>
        {machine.memory_bytes !== null && <div><dt>{t.runs.memory}</dt><dd>{bytes(machine.memory_bytes)}</dd></div>}
        {modelNames.map((name) => {
          const speed = machine.speed[name]
          const hours = machine.recipe_hours[name]
          return (
            <div key={name}>
              <dt>{t.models[name]}</dt>
              <dd>{speed ? `${t.train.perSecond(count(speed.images_per_second))}${hours ? `, ${t.runs.recipeTakes(duration(hours * 3600))}` : ''}` : t.runs.notMeasured}</dd>
            </div>
          )
        })}
        {machine.seconds_left !== null && <div><dt>{t.runs.now}</dt><dd>{t.train.left(duration(machine.seconds_left))}</dd></div>}
      </dl>
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
