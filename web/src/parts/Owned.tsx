import type { ModelName } from '../run/words'
import { complain, trained, view } from '../state/app'
import { shipped, takeShipped } from '../state/shipped'
import { firstOf } from '../state/shippedList'
import { t } from '../words'
import './owned.css'

/** Which weights a model has now: random, its run's, a file's, or shipped ones. */
export function Owned({ model }: { model: ModelName }) {
  const { from, name = '' } = trained[model].value ?? { from: null }
  const words = { run: t.owned.run, file: t.owned.file(name), shipped: t.owned.shipped(name), taught: t.owned.taught(name) }
  return <p class={`owned small ${model} ${from === null ? 'none' : ''}`}>{from === null ? t.owned.none : words[from]}</p>
}

/** What stands in a view's place while a model has learned nothing: why, and the two ways on. */
export function Untrained({ models }: { models: readonly ModelName[] }) {
  if (models.length === 0) return null
  const ready = models.map((name) => firstOf(shipped, name, null)).filter((one) => one !== null)
  return (
    <div class="card untrained">
      <p>{t.owned.untrained(models.map((name) => t.models[name]))}</p>
      <div class="row">
        <button type="button" class="button main" onClick={() => { view.value = 'train' }}>{t.owned.goTrain}</button>
        {ready.length > 0 && <button type="button" class="button" onClick={() => void takeShipped(...ready).catch(complain)}>{t.owned.useShipped}</button>}
        <button type="button" class="button" onClick={() => { view.value = 'keep' }}>{t.owned.goLoad}</button>
      </div>
    </div>
  )
}
