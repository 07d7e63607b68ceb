import { useMemo, useState } from 'preact/hooks'
import { pixelsOf, type DataSet } from '../../data/set'
import { useData } from '../../data/useData'
import { Bars, indexOfMost } from '../../parts/Bars'
import { count, percent } from '../../parts/format'
import { Maps, Sheet } from '../../parts/Maps'
import { Segments } from '../../parts/Segments'
import { Thumb } from '../../parts/Thumb'
import { classNames, modelNames, type ModelName } from '../../run/words'
import { image, trained } from '../../state/app'
import { useFilters, usePrediction, type Prediction } from '../../state/inside'
import { t } from '../../words'
import type { Scale } from '../../worker/protocol'
import { Grid } from './Grid'
import { select, type Splits } from './selection'
import './look.css'

export function LookView() {
  const data = useData()
  return (
    <div class="view">
      <header>
        <h1>{t.look.title}</h1>
        <p class="lead">{t.look.lead}</p>
      </header>
      {data && <Browser data={data} />}
    </div>
  )
}

function Browser({ data }: { data: DataSet }) {
  const [scale, setScale] = useState<Scale>('layer')
  const part = data.part(image.value.split)
  const split = image.value.split
  const index = Math.min(part.count - 1, image.value.index)
  const source = { split, index }
  const key = `${split} ${index}`
  const answers = { model1: usePrediction('model1', source, key), model2: usePrediction('model2', source, key) }
  return (
    <div class="rows">
      <div class="look-top">
        <Chooser data={data} />
        <section class="card" aria-label={t.look.chosen}>
          <h2>{t.look.image(t.look.splitNames[split], index, classNames[part.labels[index]!]!)}</h2>
          <div class="chosen">
            <Thumb pixels={pixelsOf(part, index)} large label={t.look.image(t.look.splitNames[split], index, classNames[part.labels[index]!]!)} />
            <div>
              {modelNames.map((name) => <Verdict key={name} model={name} answer={answers[name]} truth={part.labels[index]!} />)}
            </div>
          </div>
          <Bars label={t.look.chosen} truth={part.labels[index]!}
            answers={{ model1: answers.model1?.probabilities ?? null, model2: answers.model2?.probabilities ?? null }} />
        </section>
      </div>
      <div class="pair">
        {modelNames.map((name) => <Maps key={name} model={name} source={source} sourceKey={key} scale={scale} onScale={setScale} />)}
      </div>
      <div class="pair">{modelNames.map((name) => <Filters key={name} model={name} />)}</div>
    </div>
  )
}

function Verdict({ model, answer, truth }: { model: ModelName; answer: Prediction | null; truth: number }) {
  if (!answer) return trained[model].value?.from === null ? <p class="soft small">{t.look.untrained(t.models[model])}</p> : null
  const best = indexOfMost(answer.probabilities)
  const words = t.look.said(t.models[model], classNames[best]!, percent(answer.probabilities[best]!, 0))
  return (
    <p class={`verdict ${model}`}>
      <span aria-hidden="true">{best === truth ? '✓' : '✗'}</span> <span class="visually-hidden">{best === truth ? t.ticked('') : t.crossed('')}</span>{words}
    </p>
  )
}

function Chooser({ data }: { data: DataSet }) {
  const [splits, setSplits] = useState<Splits>('test')
  const [label, setLabel] = useState<number | null>(null)
  const numbers = useMemo(() => select(data, splits, label), [data, splits, label])
  const names: Record<Splits, string> = { all: t.look.splits.all, train: t.look.splits.train, test: t.look.splits.test }
  return (
    <section class="card" aria-label={t.look.grid}>
      <div class="row look-filter">
        <div class="field"><span>{t.look.split}</span>
          <Segments label={t.look.split} value={splits} onChoose={setSplits} choices={(['test', 'train', 'all'] as const).map((value) => ({ value, text: names[value] }))} />
        </div>
        <label class="field"><span>{t.look.of}</span>
          <select value={label ?? ''} onChange={(event) => setLabel(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}>
            <option value="">{t.look.every}</option>
            {classNames.map((name, i) => <option key={name} value={i}>{name}</option>)}
          </select>
        </label>
        <label class="field go"><span>{t.look.go}</span>
          <input type="number" min={0} max={data.test.count - 1} value={image.value.split === 'test' ? image.value.index : ''}
            onChange={(event) => {
              const index = Math.round(event.currentTarget.valueAsNumber)
              if (index >= 0 && index < data.test.count) image.value = { split: 'test', index }
            }} />
        </label>
      </div>
      <p class="small soft">{t.look.count(count(numbers.length))}. {t.look.keys}</p>
      <Grid data={data} numbers={numbers} />
    </section>
  )
}

function Filters({ model }: { model: ModelName }) {
  const filters = useFilters(model)
  return (
    <section class={`card ${model}`} aria-label={`${t.models[model]}: ${t.look.filters}`}>
      <h2>{t.models[model]} · {t.look.filters}</h2>
      <p class="small soft">{t.look.filtersHint}</p>
      {filters ? <Sheet pictures={filters} name={t.look.filters} scale="map" /> : <p class="soft small">{t.look.nothing}</p>}
    </section>
  )
}
