import { changeLimits, type ChangeKey } from '../protocol/program.gen'
import { stepsPerEpoch, type History } from '../run/history'
import type { ModelName } from '../run/words'
import type { Recipe } from '../worker/protocol'
import { complain, here, recipes, say } from './app'
import { chosenRuns } from './training'
import { t } from '../words'

/** What may change while a run is under way, with its limits. */
export const steered = changeLimits
export type Steered = ChangeKey
export const steeredNames = Object.keys(steered) as Steered[]

const recipeOf = (model: ModelName, history: History): Recipe | undefined =>
  recipes[model].value?.find((one) => one.name === (history.config.recipe ?? 'report'))

/** The value that holds now: the last change, else the config's, else the recipe's. */
export function valueNow(model: ModelName, key: Steered): number | null {
  const history = here[model].history.value
  const change = history.changes.findLast((one) => one.key === key)
  if (change) return change.value
  const own = key === 'lr' || key === 'epochs' ? history.config[key] : undefined
  return own ?? recipeOf(model, history)?.[key] ?? null
}

/** The least that makes sense now: a run cannot end in an epoch that is over. */
export function leastOf(key: Steered): number {
  if (key !== 'epochs') return steered[key].min
  return Math.max(1, ...underWay().map((run) => {
    const { live } = run.history.value
    return live ? Math.ceil(live.step / stepsPerEpoch(run.history.value)) : 1
  }))
}

export const underWay = () => chosenRuns().filter((run) => run.active.value && run.session.abilities.has('change'))

/** Changes it in every chosen run that is under way, from its next step on; the run writes it down. */
export async function steer(key: Steered, value: number) {
  const ends = await Promise.allSettled(underWay().map((run) => run.session.change(key, value)))
  for (const end of ends) if (end.status === 'rejected') complain(end.reason)
  if (ends.some((end) => end.status === 'fulfilled')) say(t.train.steered(t.train.keys[key], value))
}
