import { useState } from 'preact/hooks'
import type { DataSet } from '../../data/set'
import { useData } from '../../data/useData'
import { count } from '../../parts/format'
import { Segments } from '../../parts/Segments'
import { modelNames, type ModelName } from '../../run/words'
import { here, trained } from '../../state/app'
import { evaluate, tested, testedWeights, testing } from '../../state/evaluations'
import { t } from '../../words'
import { agree, agreements, type Agreement } from './agreement'
import { ImageList } from './ImageList'
import type { Showing } from './Matrix'
import { Result } from './Result'
import './test.css'

export function TestView() {
  const data = useData()
  const [showing, setShowing] = useState<Showing>('counts')
  const results = modelNames.map((name) => tested[name].value).filter((found) => found !== null && found !== undefined)
  return (
    <div class="view">
      <header>
        <h1>{t.test.title}</h1>
        <p class="lead">{t.test.lead}</p>
      </header>
      <div class="rows">
        <div class="card row">
          {modelNames.map((name) => <TestButton key={name} model={name} />)}
          <Segments label={t.test.which} value={testedWeights.value} onChoose={(value) => { testedWeights.value = value }}
            choices={[{ value: 'best', text: `${t.test.which}: ${t.test.best}` }, { value: 'last', text: t.test.last }]} />
          <Segments label={t.test.show} value={showing} onChoose={setShowing}
            choices={[{ value: 'counts', text: t.test.counts }, { value: 'percent', text: t.test.percent }]} />
        </div>
        {results.length === 0 && <p class="card soft empty">{t.test.nothing}</p>}
        {data && results.length > 0 && <p class="small soft">{t.test.matrixHint}</p>}
        {data && (
          <div class={results.length > 1 ? 'pair' : 'rows'}>
            {results.map((found) => <Result key={found.model} tested={found} part={data.test} showing={showing} />)}
          </div>
        )}
        {data && <SideBySide data={data} />}
      </div>
    </div>
  )
}

function TestButton({ model }: { model: ModelName }) {
  const busy = testing.value.includes(model)
  const progress = here[model].progress.value
  const title = t.models[model]
  const ready = trained[model].value?.from !== null
  return (
    <div class={`test-button ${model}`}>
      <button type="button" class="button main" disabled={busy || !ready} onClick={() => void evaluate(model, testedWeights.value)}>
        {tested[model].value ? t.test.again(title) : t.test.evaluate(title)}
      </button>
      {busy && <progress max={progress?.total ?? 1} value={progress?.done ?? 0} aria-label={t.test.running(count(progress?.done ?? 0), count(progress?.total ?? 0))} />}
      {!ready && <small class="soft">{t.test.untrained}</small>}
    </div>
  )
}

function SideBySide({ data }: { data: DataSet }) {
  const [open, setOpen] = useState<Agreement | null>(null)
  const one = tested.model1.value
  const two = tested.model2.value
  if (!one || !two) return null
  const found = agree(one, two, data.test.labels)
  return (
    <section class="card">
      <h2>{t.test.compare}</h2>
      <ul class="agreements">
        {agreements.map((name) => (
          <li key={name}>
            <button type="button" class="button" aria-pressed={open === name} onClick={() => setOpen(open === name ? null : name)}>
              {t.test.compareRows[name]} <strong>{count(found[name].length)}</strong>
            </button>
          </li>
        ))}
      </ul>
      {open && <ImageList key={open} part={data.test} indices={found[open]} />}
    </section>
  )
}
