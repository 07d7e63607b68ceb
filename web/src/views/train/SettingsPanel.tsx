import { useSignal } from '@preact/signals'
import { DiceIcon } from '../../parts/icons'
import { count, rate } from '../../parts/format'
import { Segments } from '../../parts/Segments'
import { allImages, ranges, usualWorkers, type Settings } from '../../models/recipes'
import { recipeNames, type Monitor } from '../../run/words'
import { chosen, complain, hidden, recipes, say, settings } from '../../state/app'
import { changeRate, changeWorkers, chosenRuns } from '../../state/training'
import { t } from '../../words'
import type { Recipe } from '../../worker/protocol'

const set = (part: Partial<Settings>) => { settings.value = { ...settings.value, ...part } }

/** Everything a run is started with; while one is under way only the learning rate and the workers move. */
export function SettingsPanel() {
  const now = settings.value
  const active = chosenRuns().some((run) => run.active.value)
  const known = chosen.value.map((name) => recipes[name].value?.find((one) => one.name === now.recipe)).filter((one) => one !== undefined)
  // Only what all chosen models can be trained by is offered.
  const offered = recipeNames.filter((name) => name === now.recipe || chosen.value.every((model) => recipes[model].value?.some((one) => one.name === name)))
  const hide = hidden.value
  return (
    <div class="settings">
      <div class="field">
        <span>{t.train.recipe}</span>
        <Segments label={t.train.recipe} value={now.recipe} disabled={active} onChoose={(value) => set({ recipe: value, epochs: null, lr: null, monitor: null })}
          choices={offered.map((name) => ({ value: name, text: t.train.recipes[name] }))} />
        <small>{t.train.recipeHints[now.recipe]}</small>
        <Why recipes={known} />
      </div>
      <div class="field">
        <span>{t.train.presets}</span>
        <div class="presets">
          <button type="button" class="button" disabled={active} onClick={() => set({ limit: 10_000, epochs: 3 })}>{t.train.preset.quick}<small>{t.train.preset.quickHint}</small></button>
          <button type="button" class="button" disabled={active} onClick={() => set({ limit: allImages, epochs: null })}>{t.train.preset.full}<small>{t.train.preset.fullHint}</small></button>
        </div>
      </div>
      <div class="settings-grid">
        {!hide.has('epochs') && <NumberField name="epochs" label={t.train.epochs} value={now.epochs} usual={known.map((one) => one.epochs)} disabled={active} onSet={(epochs) => set({ epochs })} />}
        {!hide.has('lr') && <RateField active={active} value={now.lr} usual={known.map((one) => one.lr)} onSet={(lr) => set({ lr })} />}
        {!hide.has('limit') && <NumberField name="limit" label={t.train.images} value={now.limit} disabled={active} onSet={(limit) => set({ limit: limit ?? allImages })} />}
        {!hide.has('seed') && <SeedField value={now.seed} disabled={active} />}
        {!hide.has('workers') && <NumberField name="workers" label={t.train.workers} value={now.workers} usual={[usualWorkers(chosen.value.length)]} disabled={false}
          onSet={(workers) => { set({ workers }); void changeWorkers(workers) }} />}
        {!hide.has('monitor') && <MonitorField value={now.monitor} disabled={active} />}
      </div>
      <p class="small soft">{active ? t.train.whileRunning : `${t.train.seedHint} ${t.train.workersHint(navigator.hardwareConcurrency)}`}</p>
      <CopyLink />
    </div>
  )
}

/** The reasons that the program itself gives, a model at a time. */
function Why({ recipes: known }: { recipes: readonly Recipe[] }) {
  const sentences = [...new Set(known.flatMap((one) => one.why.map((why) => why.text)))]
  if (sentences.length === 0) return null
  return (
    <details>
      <summary>{t.train.why}</summary>
      <ul class="why">{sentences.map((text) => <li key={text}>{text}</li>)}</ul>
    </details>
  )
}

interface NumberProps {
  name: keyof typeof ranges
  label: string
  /** Null stands for the recipe's, which the placeholder shows. */
  value: number | null
  usual?: number[]
  disabled: boolean
  onSet: (value: number | null) => void
}

/** A value out of range goes to the nearest end. */
function NumberField({ name, label, value, usual = [], disabled, onSet }: NumberProps) {
  const { min, max } = ranges[name]
  return (
    <div class="field">
      <label for={`set-${name}`}>{label}</label>
      <input id={`set-${name}`} type="number" inputMode="numeric" min={min} max={max} step={1} value={value ?? ''} disabled={disabled}
        placeholder={[...new Set(usual)].join(' / ')}
        onChange={(event) => {
          const typed = Math.round(event.currentTarget.valueAsNumber)
          const next = Number.isFinite(typed) ? Math.min(max, Math.max(min, typed)) : null
          event.currentTarget.value = next === null ? '' : String(next)
          onSet(next)
        }} />
      {name === 'limit' && <small>{`${count(min)} … ${count(max)}`}</small>}
    </div>
  )
}

/** Empty stands for the recipe's rate, which the placeholder shows (one a model where they differ). */
function RateField({ active, value, usual, onSet }: { active: boolean; value: number | null; usual: number[]; onSet: (value: number | null) => void }) {
  const typed = useSignal<number | null>(null)
  const { min, max } = ranges.lr
  const running = chosenRuns().find((run) => run.active.value)?.history.value
  const shown = active ? typed.value ?? running?.live?.lr ?? value : value
  const take = (input: HTMLInputElement) => {
    const number = Number(input.value.replace(',', '.'))
    const next = Number.isFinite(number) && number > 0 ? Math.min(max, Math.max(min, number)) : null
    input.value = next === null ? '' : rate(next)
    if (active) typed.value = next
    else onSet(next)
  }
  return (
    <div class="field">
      <label for="set-lr">{t.train.lr}</label>
      <input id="set-lr" type="text" inputMode="decimal" value={shown === null ? '' : rate(shown)}
        placeholder={[...new Set(usual)].map(rate).join(' / ')} onChange={(event) => take(event.currentTarget)} />
      {active && typed.value !== null && (
        <button type="button" class="button slim" onClick={() => { void changeRate(typed.value!); typed.value = null }}>{t.train.apply}</button>
      )}
    </div>
  )
}

function SeedField({ value, disabled }: { value: number; disabled: boolean }) {
  const { max } = ranges.seed
  return (
    <div class="field">
      <label for="set-seed">{t.train.seed}</label>
      <div class="with-dice">
        <input id="set-seed" type="number" inputMode="numeric" min={0} max={max} step={1} value={value} disabled={disabled}
          onChange={(event) => {
            const typed = Math.round(event.currentTarget.valueAsNumber)
            const seed = Number.isFinite(typed) ? Math.min(max, Math.max(0, typed)) : value
            event.currentTarget.value = String(seed)
            set({ seed })
          }} />
        <button type="button" class="button" disabled={disabled} aria-label={t.train.dice} title={t.train.dice}
          onClick={() => set({ seed: crypto.getRandomValues(new Uint16Array(1))[0]! })}><DiceIcon /></button>
      </div>
    </div>
  )
}

function MonitorField({ value, disabled }: { value: Monitor | null; disabled: boolean }) {
  return (
    <div class="field">
      <label for="set-monitor">{t.train.monitor}</label>
      <select id="set-monitor" value={value ?? 'auto'} disabled={disabled}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          set({ monitor: chosen === 'auto' ? null : (chosen as Monitor) })
        }}>
        {(['auto', 'val_loss', 'val_acc'] as const).map((name) => <option key={name} value={name}>{t.train.monitors[name]}</option>)}
      </select>
    </div>
  )
}

function CopyLink() {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href)
      say(t.train.linkCopied)
    } catch (error) {
      complain(error)
    }
  }
  return <button type="button" class="button slim" onClick={() => void copy()}>{t.train.link}</button>
}
