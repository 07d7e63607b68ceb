import { classNames, modelNames, type ModelName } from '../run/words'
import { t } from '../words'
import { percent } from './format'
import './bars.css'

export type Answers = Partial<Record<ModelName, readonly number[] | null>>

/** Both models' ten probabilities, a row a class; `truth` marks the right one with a tick. */
export function Bars({ answers, truth, label }: { answers: Answers; truth?: number; label: string }) {
  const shown = modelNames.filter((name) => answers[name])
  const best = (name: ModelName) => indexOfMost(answers[name]!)
  return (
    <table class="bars">
      <caption class="visually-hidden">{label}</caption>
      <thead><tr><th><span class="visually-hidden">{t.classes}</span></th>{shown.map((name) => <th key={name} class={name}>{t.models[name]}</th>)}</tr></thead>
      <tbody>
        {classNames.map((name, k) => (
          <tr key={name} class={truth === k ? 'truth' : ''}>
            <th scope="row">{name}{truth === k && <span aria-hidden="true"> ✓</span>}</th>
            {shown.map((model) => {
              const p = answers[model]![k]!
              return (
                <td key={model} class={`${model} ${best(model) === k ? 'best' : ''}`}>
                  <span class="bar" aria-hidden="true"><span style={{ width: `${100 * p}%` }} /></span>
                  <span class="value">{percent(p, p < 0.1 ? 1 : 0)}</span>
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function indexOfMost(values: readonly number[]): number {
  let best = 0
  values.forEach((value, i) => { if (value > values[best]!) best = i })
  return best
}
