import { models, parameterCount } from '../../models/layers'
import { count } from '../../parts/format'
import { Owned } from '../../parts/Owned'
import { modelNames, type ModelName } from '../../run/words'
import { chosen, current } from '../../state/app'
import { t } from '../../words'
import { LayerTable, Picture } from './Architecture'

/** A model to choose: its picture, its size, and in a word what it is. */
export function ModelCard({ name }: { name: ModelName }) {
  const model = models[name]
  const on = chosen.value.includes(name)
  // One network at least is chosen: leaving out the last chooses the other.
  const toggle = () => {
    const rest = chosen.value.filter((other) => other !== name)
    const next = on ? (rest.length > 0 ? rest : modelNames.filter((other) => other !== name)) : [...rest, name].sort()
    chosen.value = next
    current.value = next.includes(name) ? name : next[0]!
  }
  return (
    <section class={`card model-card ${name} ${on ? 'on' : ''}`} aria-labelledby={`card-${name}`}>
      <div class="model-head">
        <h2 id={`card-${name}`}>{model.title} <span class="soft">· {t.modelNames[name]}</span></h2>
        <label class="choose">
          <input type="checkbox" checked={on} onChange={toggle} aria-label={t.train.choose(model.title)} />
          <span>{t.train.train}</span>
        </label>
      </div>
      <Picture model={model} />
      <p class="small soft"><strong class="count">{t.train.parameters(count(parameterCount(model)))}</strong>. {t.train.about[name]}</p>
      <Owned model={name} />
      <LayerTable model={model} />
    </section>
  )
}
