import { useEffect, useRef, useState } from 'preact/hooks'
import type { DataSet } from '../../data/set'
import { useData } from '../../data/useData'
import { Bars, indexOfMost } from '../../parts/Bars'
import { percent } from '../../parts/format'
import { Maps } from '../../parts/Maps'
import { Thumb } from '../../parts/Thumb'
import { classNames, modelNames, type ModelName } from '../../run/words'
import { Untrained } from '../../parts/Owned'
import { blank } from '../../state/app'
import { isSure, useCertainty, type Certainty } from '../../state/certainty'
import { usePrediction, type Prediction } from '../../state/inside'
import { viewKeys } from '../../state/keys'
import { t } from '../../words'
import type { Scale, Source } from '../../worker/protocol'
import { LessonCard } from './LessonCard'
import { NearestCard } from './NearestCard'
import { Pad } from './Pad'
import { clear, open, padKey, redo, sheet, source, undo } from './pad'
import { takeFile } from './picture'
import { Tools } from './Tools'
import './draw.css'

export function DrawView() {
  const data = useData()
  useKeysAndPaste()
  return (
    <div class="view">
      <header>
        <h1>{t.draw.title}</h1>
        <p class="lead">{t.draw.lead}</p>
      </header>
      {data && <Desk data={data} />}
    </div>
  )
}

function Desk({ data }: { data: DataSet }) {
  const [scale, setScale] = useState<Scale>('layer')
  const what = source.value
  const key = padKey.value
  const certainty = { model1: useCertainty('model1'), model2: useCertainty('model2') }
  const model1 = usePrediction('model1', what, key, 0, certainty.model1.temperature)
  const model2 = usePrediction('model2', what, key, 0, certainty.model2.temperature)
  const settled = useSettled(what, key)
  const image = sheet.value.image
  const able = modelNames.filter((name) => !blank[name].value)
  const input = (model1 ?? model2)?.input ?? null
  const drop = (event: DragEvent) => {
    event.preventDefault()
    const file = event.dataTransfer?.files[0]
    if (file) void takeFile(file)
  }
  return (
    <div class="rows">
      <div class="draw-top">
        <section class="card draw-pad" aria-label={t.draw.pad} onDrop={drop} onDragOver={(event) => event.preventDefault()}>
          <Pad data={data} />
          {image !== null && <p class="small">{t.draw.testImage(image, classNames[data.test.labels[image]!]!)}</p>}
          <div class="pad-verdicts">
            <Answer model="model1" answer={model1} empty={!what} certainty={certainty.model1} />
            <Answer model="model2" answer={model2} empty={!what} certainty={certainty.model2} />
          </div>
          <Tools data={data} />
          <p class="small soft" id="pad-help">{t.draw.padHelp}</p>
        </section>
        <div class="rows">
          <section class="card draw-answers" aria-label={t.draw.answers}>
            <h2>{t.draw.answers}</h2>
            <figure class="sees">
              <Thumb pixels={input} large label={t.draw.sees} />
              <figcaption class="small soft"><strong>{t.draw.sees}</strong><br />{t.draw.seesHint}</figcaption>
            </figure>
            {what && (model1 || model2) && <Bars label={t.draw.answers} answers={{ model1: model1?.probabilities ?? null, model2: model2?.probabilities ?? null }} />}
            {able.length > 0 && <Sureness models={able} certainty={certainty} />}
          </section>
          <NearestCard models={able} data={data} source={settled.source} sourceKey={settled.key} />
        </div>
      </div>
      <LessonCard />
      <Untrained models={modelNames.filter((name) => blank[name].value)} />
      <div class={able.length > 1 ? 'pair' : 'rows'}>
        {able.map((name) => <Maps key={name} model={name} source={what} sourceKey={key} scale={scale} onScale={setScale} />)}
      </div>
    </div>
  )
}

/** What lies on the pad when the pen is up: what takes longer to answer is not asked during a stroke. */
function useSettled(what: Source | null, key: string) {
  const last = useRef({ source: what, key })
  if (!open.value) last.current = { source: what, key }
  return last.current
}

function Answer({ model, answer, empty, certainty }: { model: ModelName; answer: Prediction | null; empty: boolean; certainty: Certainty }) {
  const title = t.models[model]
  if (blank[model].value) return <p class="soft small">{t.look.untrained(title)}</p>
  if (empty || !answer) return <p class={`verdict ${model}`}>{title}: <span class="soft">{t.draw.something}</span></p>
  const best = indexOfMost(answer.probabilities)
  const share = answer.probabilities[best]!
  const sure = isSure(certainty, share, sheet.value.image === null)
  return (
    <p class={`verdict ${model}`}>
      {title}: <strong class="said">{classNames[best]}</strong>
      <span class="small soft"> {sure ? t.draw.sure(percent(share, 0)) : t.draw.notSure(percent(share, 0))}</span>
    </p>
  )
}

/** Where the limit between sure and not sure comes from. */
function Sureness({ models, certainty }: { models: readonly ModelName[]; certainty: Record<ModelName, Certainty> }) {
  return (
    <details>
      <summary>{t.draw.sureness}</summary>
      {models.map((model) => {
        const { known, sure_from, sure_right, sure_share } = certainty[model]
        const title = t.models[model]
        if (known === 'usual') return <p key={model} class="small soft">{t.draw.byUsual(title)}</p>
        const words = sure_share > 0 ? t.draw.sureFrom(title, percent(sure_from, 0), percent(sure_right, 0), percent(sure_share, 0)) : t.draw.neverSure(title, percent(sure_right, 0))
        return <p key={model} class="small soft">{words} {known === 'card' ? t.draw.byCard : t.draw.byFit}</p>
      })}
    </details>
  )
}

function useKeysAndPaste() {
  useEffect(() => {
    const keys: [string, () => void][] = [['z', undo], ['Z', redo], ['c', clear]]
    for (const [key, act] of keys) viewKeys.set(key, act)
    const paste = (event: ClipboardEvent) => {
      const file = [...(event.clipboardData?.files ?? [])][0]
      if (file) void takeFile(file)
    }
    document.addEventListener('paste', paste)
    return () => {
      for (const [key] of keys) viewKeys.delete(key)
      document.removeEventListener('paste', paste)
    }
  }, [])
}
