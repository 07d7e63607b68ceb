import { models, parameterCount } from '../../models/layers'
import { count } from '../../parts/format'
import type { ModelName } from '../../run/words'
import { chosen, current } from '../../state/app'
import { t } from '../../words'
import { LayerTable, Picture } from './Architecture'

/** A model to choose: its picture, its size, and in a word what it is. */
export function ModelCard({ name }: { name: ModelName }) {
  const model = models[name]
  const on = chosen.value.includes(name)
  const toggle = () => {
    const next = on ? chosen.value.filter((other) => other !== name) : [...chosen.value, name].sort()
    if (next.length > 0) chosen.value = next
    current.value = next.includes(name) ? name : next[0] ?? name
  }
  return (
    <section class={`card model-card ${name} ${on ? 'on' : ''}`} aria-labelledby={`card-${name}`}>
      <div class="row apart">
        <h2 id={`card-${name}`}>{model.title} <span class="soft">· {t.modelNames[name]}</span></h2>
        <label class="choose">
          <input type="checkbox" checked={on} onChange={toggle} aria-label={t.train.choose(model.title)} />
          <span>{t.train.train}</span>
        </label>
      </div>
      <div class="pictures" role="img" aria-label={t.train.picture(model.title)}>
        <div class="wide"><Picture model={model} unit={name === 'model1' ? 3.4 : 3.4} room={14} /></div>
        <div class="narrow"><Picture model={model} unit={1.8} room={name === 'model1' ? 14 : 2} /></div>
      </div>
      <p class="small soft"><strong class="count">{t.train.parameters(count(parameterCount(model)))}</strong> {t.train.about[name]}</p>
      <LayerTable model={model} />
    </section>
  )
}
