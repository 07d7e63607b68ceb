import { useState } from 'preact/hooks'
import { useData } from '../../data/useData'
import { count } from '../../parts/format'
import { Owned, Untrained } from '../../parts/Owned'
import { Segments } from '../../parts/Segments'
import { modelNames, type ModelName } from '../../run/words'
import { blank, here, trained } from '../../state/app'
import { evaluate, tested, testedWeights, testing, whyStale } from '../../state/evaluations'
import { t } from '../../words'
import type { Showing } from './Matrix'
import { Result } from './Result'
import { SideBySide } from './SideBySide'
import './test.css'

export function TestView() {
  const data = useData()
  const [showing, setShowing] = useState<Showing>('counts')
  const any = modelNames.some((name) => tested[name].value)
  const untrained = modelNames.filter((name) => blank[name].value)
  // Only a run has best weights besides its last ones.
  const runs = modelNames.some((name) => here[name].status.value !== 'idle')
  return (
    <div class="view">
      <header class="row apart">
        <div>
          <h1>{t.test.title}</h1>
          <p class="lead">{t.test.lead}</p>
        </div>
        <div class="row">
          {runs && <Segments label={t.test.which} value={testedWeights.value} onChoose={(value) => { testedWeights.value = value }}
            choices={[{ value: 'best', text: t.test.bestWeights }, { value: 'last', text: t.test.lastWeights }]} />}
          {any && <Segments label={t.test.show} value={showing} onChoose={setShowing}
            choices={[{ value: 'counts', text: t.test.counts }, { value: 'percent', text: t.test.percent }]} />}
        </div>
      </header>
      <div class="rows">
        {untrained.length === modelNames.length && !any ? <Untrained models={untrained} /> : (
          <div class="pair">
            {modelNames.map((name) => (
              <section key={name} class={`card result ${name}`} aria-label={t.models[name]}>
                <TestHead model={name} />
                {data && tested[name].value && <Result tested={tested[name].value} part={data.test} showing={showing} />}
              </section>
            ))}
          </div>
        )}
        {data && <SideBySide data={data} />}
      </div>
    </div>
  )
}

/** Which weights, the button, and how far the test is. */
function TestHead({ model }: { model: ModelName }) {
  const busy = testing.value.includes(model)
  const progress = here[model].progress.value
  const title = t.models[model]
  const { from } = trained[model].value ?? { from: null }
  const found = tested[model].value
  const done = t.test.running(count(progress?.done ?? 0), progress ? count(progress.total) : '')
  return (
    <>
      <div class="row apart">
        <h2>{title}</h2>
        <button type="button" class={`button ${found ? '' : 'main'}`} disabled={busy || from === null} onClick={() => void evaluate(model, testedWeights.value)}>
          {found ? t.test.again(title) : t.test.evaluate(title)}
        </button>
      </div>
      <Owned model={model} />
      {busy && (
        <div class="testing">
          <progress max={progress?.total ?? 1} value={progress?.done ?? 0} aria-label={done} />
          <span class="small soft">{done}</span>
        </div>
      )}
      {!busy && found && whyStale(found) && <p class="small stale">{whyStale(found)}</p>}
      {!busy && !found && from !== null && <p class="small soft">{t.test.nothing}</p>}
    </>
  )
}
