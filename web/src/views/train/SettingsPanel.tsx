import { useEffect, useRef, useState } from 'preact/hooks'
import { trainable } from '../../data/set'
import { DiceIcon } from '../../parts/icons'
import { count, rate } from '../../parts/format'
import { allImages, ranges, usualWorkers, type Settings } from '../../models/recipes'
import type { Monitor } from '../../run/words'
import { chosen, hidden, recipes, settings, show } from '../../state/app'
import { underWay } from '../../state/steering'
import { changeWorkers, chosenRuns } from '../../state/training'
import { t } from '../../words'
import { RecipeCards } from './Recipes'
import { Steering } from './Steering'

const quick = { limit: 10_000, epochs: 3 } as const
const set = (part: Partial<Settings>) => { settings.value = { ...settings.value, ...part } }

/** The settings, or those of the run under way: a script may have begun it, or a file. */
function inForce(): { now: Settings; active: boolean } {
  const run = chosenRuns().find((one) => one.active.value)
  if (!run) return { now: settings.value, active: false }
  const { recipe, seed, limit } = run.history.value.config
  const now = { ...settings.value, recipe: recipe ?? settings.value.recipe, seed: seed ?? settings.value.seed, limit: limit || allImages }
  return { now, active: true }
}

/** Everything a run is started with; while one is under way, what may still change takes its place. */
export function SettingsPanel() {
  const { now, active } = inForce()
  const known = chosen.value.map((name) => recipes[name].value?.find((one) => one.name === now.recipe)).filter((one) => one !== undefined)
  const hide = hidden.value
  const most = trainable.value
  const steering = underWay().length > 0
  const preset = now.limit === quick.limit && now.epochs === quick.epochs ? 'quick' : now.limit === allImages && now.epochs === null ? 'full' : null
  return (
    <div class="settings">
      {steering && <Steering />}
      {!hide.has('recipe') && <RecipeCards now={now.recipe} disabled={active} />}
      <div class="field">
        <span>{t.train.presets}</span>
        <div class="presets">
          <button type="button" class="button" disabled={active} aria-pressed={preset === 'quick'} onClick={() => set(quick)}>{t.train.preset.quick}<small>{t.train.preset.quickHint(count(Math.min(quick.limit, most)))}</small></button>
          <button type="button" class="button" disabled={active} aria-pressed={preset === 'full'} onClick={() => set({ limit: allImages, epochs: null })}>{t.train.preset.full}<small>{t.train.preset.fullHint(count(most))}</small></button>
        </div>
      </div>
      <div class="settings-grid">
        {!steering && !hide.has('epochs') && <NumberField name="epochs" label={t.train.epochs} value={now.epochs} usual={known.map((one) => one.epochs)} disabled={active} onSet={(epochs) => set({ epochs })} />}
        {!steering && !hide.has('lr') && <RateField disabled={active} value={now.lr} usual={known.map((one) => one.lr)} onSet={(lr) => set({ lr })} />}
        {!hide.has('limit') && <NumberField name="limit" label={t.train.images} value={Math.min(now.limit, most)} most={most} disabled={active}
          onSet={(limit) => set({ limit: limit !== null && limit < most ? limit : allImages })} />}
        {!hide.has('workers') && <NumberField name="workers" label={t.train.workers} value={now.workers} usual={[usualWorkers(chosen.value.length)]} disabled={false}
          onSet={(workers) => { set({ workers }); void changeWorkers(workers) }} />}
        {!hide.has('seed') && <SeedField value={now.seed} disabled={active} />}
      </div>
      {!hide.has('monitor') && <MonitorField value={now.monitor} usual={known.map((one) => one.monitor)} disabled={active} />}
      <p class="small soft">{active ? t.train.fixed : `${t.train.seedHint} ${t.train.workersHint(navigator.hardwareConcurrency)}`}</p>
      <CopyLink />
    </div>
  )
}

interface NumberProps {
  name: keyof typeof ranges
  label: string
  /** Null stands for the recipe's, which the placeholder shows. */
  value: number | null
  usual?: number[]
  /** Where there is less than its range. */
  most?: number
  disabled: boolean
  onSet: (value: number | null) => void
}

/** A value out of range goes to the nearest end. */
function NumberField({ name, label, value, usual = [], most = ranges[name].max, disabled, onSet }: NumberProps) {
  const { min } = ranges[name]
  return (
    <div class="field">
      <label for={`set-${name}`}>{label}</label>
      <input id={`set-${name}`} type="number" inputMode="numeric" min={min} max={most} step={1} value={value ?? ''} disabled={disabled}
        placeholder={[...new Set(usual)].join(' / ')}
        onChange={(event) => {
          const typed = Math.round(event.currentTarget.valueAsNumber)
          const next = Number.isFinite(typed) ? Math.min(most, Math.max(min, typed)) : null
          event.currentTarget.value = next === null ? '' : String(next)
          onSet(next)
        }} />
      {name === 'limit' && <small>{`${count(min)} … ${count(most)}`}</small>}
    </div>
  )
}

/** Empty stands for the recipe's rate, which the placeholder shows (one a model where they differ). */
function RateField({ value, usual, disabled, onSet }: { value: number | null; usual: number[]; disabled: boolean; onSet: (value: number | null) => void }) {
  const { min, max } = ranges.lr
  const take = (input: HTMLInputElement) => {
    const number = Number(input.value.replace(',', '.'))
    const next = Number.isFinite(number) && number > 0 ? Math.min(max, Math.max(min, number)) : null
    input.value = next === null ? '' : rate(next)
    onSet(next)
  }
  return (
    <div class="field">
      <label for="set-lr">{t.train.lr}</label>
      <input id="set-lr" type="text" inputMode="decimal" value={value === null ? '' : rate(value)} disabled={disabled}
        placeholder={[...new Set(usual)].map(rate).join(' / ')} onChange={(event) => take(event.currentTarget)} />
    </div>
  )
}

function SeedField({ value, disabled }: { value: number; disabled: boolean }) {
  const { max } = ranges.seed
  return (
    <div class="field wide">
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

/** The recipe's own choice is named. */
function MonitorField({ value, usual, disabled }: { value: Monitor | null; usual: Monitor[]; disabled: boolean }) {
  const own = [...new Set(usual)].map((name) => t.train.monitors[name]).join(' / ')
  return (
    <div class="field">
      <label for="set-monitor">{t.train.monitor}</label>
      <select id="set-monitor" value={value ?? 'auto'} disabled={disabled}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          set({ monitor: chosen === 'auto' ? null : (chosen as Monitor) })
        }}>
        {(['auto', 'val_loss', 'val_acc'] as const).map((name) => <option key={name} value={name}>{name === 'auto' ? t.train.monitors.auto(own) : t.train.monitors[name]}</option>)}
      </select>
    </div>
  )
}

/** Where the browser lets no page copy, as over plain http, the link is there to be copied by hand. */
function CopyLink() {
  const [byHand, setByHand] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [byHand])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href)
      show(t.train.linkCopied)
    } catch {
      setByHand(location.href)
    }
  }
  return (
    <>
      <button type="button" class="button slim" onClick={() => void copy()}>{t.train.link}</button>
      {byHand && <label class="field by-hand"><span>{t.train.linkByHand}</span><input ref={field} type="text" readOnly value={byHand} /></label>}
    </>
  )
}
