import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ModelName } from '../run/words'
import { WorkerError } from '../worker/link'
import type { Calibration } from '../worker/protocol'
import { complain, here, sessions, trained } from './app'
import { cardOf, shipped } from './shipped'

/** How far a model's answers can be trusted, and how that is known. */
export interface Certainty extends Calibration {
  /** Of the card of shipped weights; fitted here to others; or the usual limit until either is known. */
  known: 'card' | 'fitted' | 'usual'
}

/**
 * On human drawings a first answer of 70 % or more was right in 90 to 94 of 100,
 * by networks trained on drawings. It stands in until the weights' own limit is known.
 */
const usual: Certainty = { temperature: 1, sure_from: 0.7, sure_from_images: 0.7, sure_right: 0.9, sure_share: 1, known: 'usual' }

interface Kept {
  /** Of the weights; -1: of none. */
  version: number
  certainty: Certainty
}
const none: Kept = { version: -1, certainty: usual }
const kept: Record<ModelName, ReturnType<typeof signal<Kept>>> = { model1: signal<Kept>(none), model2: signal<Kept>(none) }
/** The version that is being asked about. */
const asking: Partial<Record<ModelName, number>> = {}

/** While a run changes the weights at every step, nothing can be fitted to them. */
export const moving = (model: ModelName) => here[model].status.value === 'running' || here[model].status.value === 'starting'

/** What a model's certainty is now; found out where it is not known, once the weights stand. */
export function useCertainty(model: ModelName): Certainty {
  const { from, version } = trained[model].value ?? { from: null, version: 0 }
  const moves = moving(model)
  const found = kept[model].value ?? none
  useEffect(() => {
    if (from !== null && !moves) void findOut(model)
  }, [model, from, version, moves])
  return found.version === version ? found.certainty : usual
}

async function findOut(model: ModelName) {
  const { from, recipe, version } = trained[model].peek()!
  if (kept[model].peek()?.version === version || asking[model] === version) return
  asking[model] = version
  try {
    const card = from === 'shipped' ? await ofCard(model, recipe) : null
    const certainty: Certainty = card ?? { ...(await sessions[model].call('calibrate', {})), known: 'fitted' }
    if (trained[model].peek()?.version === version) kept[model].value = { version, certainty }
  } catch (error) {
    // The usual limit stays; a worker that died tells of it itself.
    if (!(error instanceof WorkerError)) complain(error)
  } finally {
    if (asking[model] === version) delete asking[model]
  }
}

async function ofCard(model: ModelName, recipe: string | undefined): Promise<Certainty | null> {
  const one = shipped.find((other) => other.model === model && other.recipe === recipe)
  const card = one && (await cardOf(one))
  return card?.calibration ? { ...card.calibration, known: 'card' } : null
}

/** Whether a tempered probability of a first answer is enough to call it sure. */
export function isSure(certainty: Certainty, probability: number, drawn: boolean): boolean {
  if (!drawn) return probability >= (certainty.sure_from_images ?? certainty.sure_from)
  return certainty.sure_share > 0 && probability >= certainty.sure_from
}
