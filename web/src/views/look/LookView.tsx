import { useMemo, useState } from 'preact/hooks'
import { pixelsOf, type DataSet } from '../../data/set'
import { useData } from '../../data/useData'
import { Bars, indexOfMost } from '../../parts/Bars'
import { percent } from '../../parts/format'
import { Maps, Sheet } from '../../parts/Maps'
import { Untrained } from '../../parts/Owned'
import { Thumb } from '../../parts/Thumb'
import { classNames, modelNames, type ModelName } from '../../run/words'
import { blank, here, image } from '../../state/app'
import { useFilters, usePrediction, type Prediction } from '../../state/inside'
import { t } from '../../words'
import type { Scale } from '../../worker/protocol'
import { Chooser } from './Chooser'
import { splitOf, type Kept } from './selection'
import { useKept } from './useKept'
import { Why } from './Why'
import './look.css'

export function LookView() {
  const data = useData()
  const running = modelNames.some((name) => here[name].status.value === 'running')
  return (
    <div class="view">
      <header>
        <h1>{t.look.title}</h1>
        <p class="lead">{t.look.lead} {running && t.look.live}</p>
      </header>
      {data && <Browser data={data} />}
    </div>
  )
}

function Browser({ data }: { data: DataSet }) {
  const [scale, setScale] = useState<Scale>('layer')
  const kept = useKept()
  const { split } = image.value
  const index = Math.min(data.part(split).count - 1, image.value.index)
  const source = { split, index }
  const key = `${split} ${index}`
  const able = modelNames.filter((name) => !blank[name].value)
  return (
    <div class="rows">
      <div class="look-top">
        <Chooser data={data} kept={kept} />
        <Chosen data={data} split={split} index={index} kept={kept} />
      </div>
      <Untrained models={modelNames.filter((name) => blank[name].value)} />
      <div class={able.length > 1 ? 'pair' : 'rows'}>
        {able.map((name) => <Why key={name} model={name} source={source} sourceKey={key} />)}
      </div>
      <div class={able.length > 1 ? 'pair' : 'rows'}>
        {able.map((name) => <Maps key={name} model={name} source={source} sourceKey={key} scale={scale} onScale={setScale} explained />)}
      </div>
      <div class={able.length > 1 ? 'pair' : 'rows'}>{able.map((name) => <Filters key={name} model={name} />)}</div>
    </div>
  )
}

/** The chosen image, large, and what both networks say of it. */
function Chosen({ data, split, index, kept }: { data: DataSet; split: 'train' | 'test'; index: number; kept: Kept | null }) {
  const part = data.part(split)
  const truth = part.labels[index]!
  const pixels = useMemo(() => pixelsOf(part, index), [part, index])
  const source = { split, index }
  const key = `${split} ${index}`
  const answers = { model1: usePrediction('model1', source, key), model2: usePrediction('model2', source, key) }
  const name = t.look.image(t.look.splitNames[splitOf({ split, index }, kept)], index, classNames[truth]!)
  return (
    <section class="card" aria-label={t.look.chosen}>
      <h2>{name}</h2>
      <div class="chosen">
        <Thumb pixels={pixels} large label={name} />
        <div>
          <p class="truth-word">{t.look.truth(classNames[truth]!)}</p>
          {modelNames.map((model) => <Verdict key={model} model={model} answer={answers[model]} truth={truth} />)}
        </div>
      </div>
      {(answers.model1 || answers.model2) && <Bars label={t.look.chosen} truth={truth}
        answers={{ model1: answers.model1?.probabilities ?? null, model2: answers.model2?.probabilities ?? null }} />}
    </section>
  )
}

function Verdict({ model, answer, truth }: { model: ModelName; answer: Prediction | null; truth: number }) {
  if (!answer) return blank[model].value ? <p class="soft small">{t.look.untrained(t.models[model])}</p> : null
  const best = indexOfMost(answer.probabilities)
  const words = t.look.said(t.models[model], classNames[best]!, percent(answer.probabilities[best]!, 0))
  return (
    <p class={`verdict ${model}`}>
      <span aria-hidden="true">{best === truth ? '✓' : '✗'}</span> {words}<span class="visually-hidden">{best === truth ? t.ticked('') : t.crossed('')}</span>
    </p>
  )
}

function Filters({ model }: { model: ModelName }) {
  const filters = useFilters(model)
  const title = `${t.models[model]}: ${t.look.filters}`
  return (
    <section class={`card ${model}`} aria-label={title}>
      <h2>{title}</h2>
      <p class="small soft">{t.look.filtersHint}</p>
      {filters && <Sheet pictures={filters} name={t.look.filter} scale="filter" />}
    </section>
  )
}
