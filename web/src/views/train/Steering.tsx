import { useEffect, useRef } from 'preact/hooks'
import { rate } from '../../parts/format'
import { hidden } from '../../state/app'
import { leastOf, steer, steered, steeredNames, underWay, valueNow, type Steered } from '../../state/steering'
import { t } from '../../words'

/** What may change while the chosen networks train; a change holds from the next step on. */
export function Steering() {
  const changes = underWay().flatMap((run) => run.history.value.changes.map((change) => ({ ...change, model: run.model })))
  return (
    <fieldset class="steering">
      <legend>{t.train.whileRunning}</legend>
      <div class="settings-grid">
        {steeredNames.filter((key) => !hidden.value.has(key)).map((key) => <Wheel key={key} name={key} />)}
      </div>
      <p class="small soft">{t.train.whileRunningHint}</p>
      {changes.length > 0 && (
        <ul class="changes small">
          {changes.slice(-4).reverse().map((change) => (
            <li key={`${change.model} ${change.step} ${change.key}`} class={change.model}>
              {t.train.changed(t.models[change.model], t.train.keys[change.key as Steered] ?? change.key, rate(change.value), change.step)}
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  )
}

/** The page writes the value into the field only while nobody types there: a run tells of itself ten times a second. */
function Wheel({ name }: { name: Steered }) {
  const input = useRef<HTMLInputElement>(null)
  const values = [...new Set(underWay().map((run) => valueNow(run.model, name)).filter((value) => value !== null))]
  const one = values.length === 1 ? values[0]! : null
  const known = one === null ? '' : rate(one)
  useEffect(() => {
    if (document.activeElement !== input.current) input.current!.value = known
  }, [known])
  const take = (field: HTMLInputElement) => {
    const typed = Number(field.value.replace(',', '.'))
    if (field.value.trim() === '' || !Number.isFinite(typed)) {
      field.value = known
      return
    }
    const near = Math.min(steered[name].max, Math.max(leastOf(name), typed))
    const next = name === 'epochs' ? Math.round(near) : near
    field.value = rate(next)
    if (next !== one) void steer(name, next)
  }
  return (
    <div class="field">
      <label for={`steer-${name}`}>{t.train.keys[name]}</label>
      <input id={`steer-${name}`} ref={input} type="text" inputMode="decimal" placeholder={values.map(rate).join(' / ')} title={t.train.keyHints[name]}
        onChange={(event) => take(event.currentTarget)} />
    </div>
  )
}
