import { useEffect, useRef, useState } from 'preact/hooks'
import { signal } from '@preact/signals'
import { askToPersist, canPersist, forget, forgetEverything, isCurrent, keepTrouble, lookAgain, offers, persisted, takeUp } from '../../keep/autosave'
import { loadFile, saveRun, saveWeights } from '../../keep/files'
import { keptRuns, openElsewhere } from '../../keep/list'
import type { KeptRun } from '../../keep/store'
import { bytes, clock, count, moment, percent } from '../../parts/format'
import { Owned } from '../../parts/Owned'
import { Question } from '../../parts/Question'
import { modelNames, type ModelName } from '../../run/words'
import { complain, here, show, trained, view } from '../../state/app'
import { cardOf, shipped, takeShipped, type Card } from '../../state/shipped'
import type { Shipped } from '../../state/shippedList'
import { t } from '../../words'
import './keep.css'

const deleteAsked = signal(false)

export function KeepView() {
  return (
    <div class="view">
      <header>
        <h1>{t.keep.title}</h1>
        <p class="lead">{t.keep.lead}</p>
      </header>
      <div class="rows">
        <Offers />
        <div class="pair">{modelNames.map((name) => <ModelFiles key={name} model={name} />)}</div>
        <Storage />
      </div>
    </div>
  )
}

/** Runs kept from the last visit; shown under Train too. */
export function Offers() {
  const open = modelNames.filter((name) => offers[name].value && !here[name].active.value)
  return (
    <>
      {view.value === 'train' && keepTrouble.value && <p class="card keep-trouble">{keepTrouble.value}</p>}
      {open.map((name) => {
        const offer = offers[name].value!
        return (
          <div key={name} class={`card offer ${name}`}>
            <p>{t.keep.offer(t.models[name], count(offer.step), clock(offer.savedAt))}</p>
            <div class="row">
              <button type="button" class="button main slim" onClick={() => void takeUp(offer)}>{t.keep.goOn}</button>
              <button type="button" class="button slim" onClick={() => void forget(offer)}>{t.keep.forget}</button>
            </div>
          </div>
        )
      })}
    </>
  )
}

function ModelFiles({ model }: { model: ModelName }) {
  const input = useRef<HTMLInputElement>(null)
  const [told, setTold] = useState('')
  const title = t.models[model]
  const from = trained[model].value?.from ?? null
  const nothing = from === null
  const noRun = !['starting', 'running', 'paused', 'stopped', 'done', 'failed'].includes(here[model].status.value)
  // The best of a run are those of an epoch that has ended.
  const noBest = !noRun && from === 'run' && here[model].history.value.epochs.length === 0
  const take = async (file: File | undefined) => {
    if (file) setTold((await loadFile(model, file)) ?? '')
  }
  return (
    <section class={`card files ${model}`} aria-label={title}
      onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); void take(event.dataTransfer?.files[0]) }}>
      <h2>{title}</h2>
      <Owned model={model} />
      <h3>{t.keep.weights}</h3>
      <p class="small soft">{t.keep.weightsHint}</p>
      <div class="row">
        {nothing || from === 'run' ? (
          <>
            <button type="button" class="button" disabled={nothing || noBest} onClick={() => void saveWeights(model, 'best')}>{t.keep.best}</button>
            <button type="button" class="button" disabled={nothing} onClick={() => void saveWeights(model, 'last')}>{t.keep.last}</button>
          </>
        ) : (
          <button type="button" class="button" onClick={() => void saveWeights(model, from === 'taught' ? 'taught' : 'weights')}>
            {from === 'taught' ? t.keep.taught : t.keep.these}
          </button>
        )}
      </div>
      <h3>{t.keep.run}</h3>
      <p class="small soft">{t.keep.runHint}</p>
      <div class="row">
        <button type="button" class="button" disabled={noRun} onClick={() => void saveRun(model)}>{t.keep.checkpoint}</button>
        {noRun && <span class="small soft">{t.keep.noRun}</span>}
      </div>
      <Ready model={model} />
      <div class="drop">
        <button type="button" class="button" onClick={() => input.current!.click()}>{t.keep.load}</button>
        <input ref={input} type="file" accept=".safetensors" hidden aria-label={`${title}: ${t.keep.load}`}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            event.currentTarget.value = ''
            void take(file)
          }} />
        <p class="small soft">{t.keep.loadHint}</p>
      </div>
      {told && <p class="told small">{told}</p>}
    </section>
  )
}

/** Trained weights that come with the page, with the accuracy on their cards. */
function Ready({ model }: { model: ModelName }) {
  const own = shipped.filter((one) => one.model === model)
  if (own.length === 0) return null
  return (
    <>
      <h3>{t.keep.shipped}</h3>
      <ul class="row">{own.map((one) => <li key={one.recipe}><ReadyButton one={one} /></li>)}</ul>
    </>
  )
}

function ReadyButton({ one }: { one: Shipped }) {
  const [card, setCard] = useState<Card | null>(null)
  useEffect(() => { cardOf(one).then(setCard, complain) }, [one])
  return (
    <button type="button" class="button" onClick={() => void takeShipped(one).catch(complain)}>
      {t.train.recipes[one.recipe]}{card && <small class="soft">{t.keep.measured(percent(card.test.accuracy))}</small>}
    </button>
  )
}

/** A run that is kept: what this tab does not have open can be taken up and removed, unless another has. */
function KeptRow({ one }: { one: KeptRun }) {
  const title = t.models[one.model]
  const step = count(one.step)
  const other = openElsewhere.value.has(one.run)
  const why = isCurrent(one.run) ? t.keep.thisRun : other ? t.keep.inOtherTab : one.status === null ? t.keep.strange : ''
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>
        <div class="row">
          <span>{t.keep.keptAt(step, moment(one.savedAt))}{one.status === 'done' && `, ${t.train.statuses.done}`}{why && ` (${why})`}</span>
          {!why && <button type="button" class="button slim" aria-label={t.keep.goOnWith(title, step)} onClick={() => void takeUp(one)}>{t.keep.resumeKept}</button>}
          {!isCurrent(one.run) && !other && <button type="button" class="button slim" aria-label={t.keep.removeRun(title, step)} onClick={() => void forget(one)}>{t.keep.remove}</button>}
        </div>
      </td>
    </tr>
  )
}

function Storage() {
  const [usage, setUsage] = useState<StorageEstimate | null>(null)
  useEffect(() => {
    navigator.storage?.estimate?.().then(setUsage, () => setUsage(null))
  }, [keptRuns.value])
  useEffect(() => void lookAgain(), [])
  return (
    <section class="card" aria-label={t.keep.autosave}>
      <h2>{t.keep.autosave}</h2>
      <p class="small soft">{t.keep.autosaveHint}</p>
      {keepTrouble.value && <p class="keep-trouble">{keepTrouble.value}</p>}
      <table class="keep-table">
        <tbody>
          {keptRuns.value.length === 0 && <tr><th scope="row">{t.keep.runs}</th><td>{t.keep.noneKept}</td></tr>}
          {keptRuns.value.map((one) => <KeptRow key={one.run} one={one} />)}
          <tr><th scope="row">{t.keep.storage}</th><td>{usage ? t.keep.used(bytes(usage.usage ?? 0), bytes(usage.quota ?? 0)) : t.keep.unknown}. {persisted.value ? t.keep.persisted : t.keep.notPersisted}</td></tr>
        </tbody>
      </table>
      <div class="row">
        {!persisted.value && canPersist() && <button type="button" class="button slim" onClick={() => void askToPersist().then(() => show(persisted.peek() ? t.keep.persisted : t.keep.notPersisted))}>{t.keep.ask}</button>}
        <button type="button" class="button slim" onClick={() => { deleteAsked.value = true }}>{t.keep.deleteAll}</button>
      </div>
      <Question open={deleteAsked} text={t.keep.deleteAsk} yes={t.keep.deleteYes} no={t.keep.deleteNo}
        act={() => void forgetEverything().then(() => show(t.keep.deleted))} />
    </section>
  )
}
