import { batch, signal } from '@preact/signals'
import { percent } from '../parts/format'
import { modelNames, type Evaluation, type ModelName } from '../run/words'
import { t } from '../words'
import { complain, here, say, sessions, trained } from './app'

/** A model's test, with what it said of each image. */
export interface Tested extends Evaluation {
  predictions: Uint8Array
  confidences: Float32Array
  /** The version of the weights that were tested. */
  version: number
}

export const tested: Record<ModelName, ReturnType<typeof signal<Tested | null>>> = {
  model1: signal<Tested | null>(null),
  model2: signal<Tested | null>(null),
}
/** Which weights the next test takes. */
export const testedWeights = signal<'best' | 'last'>('best')
export const testing = signal<readonly ModelName[]>([])

export async function evaluate(model: ModelName, weights: 'best' | 'last') {
  if (testing.peek().includes(model)) return
  testing.value = [...testing.peek(), model]
  const version = trained[model].peek()?.version ?? 0
  try {
    const result = await sessions[model].call('evaluate', { split: 'test', weights })
    tested[model].value = { ...result, version }
    say(t.test.said(t.models[model], percent(result.accuracy)))
  } catch (error) {
    complain(error)
  } finally {
    batch(() => {
      testing.value = testing.peek().filter((other) => other !== model)
      here[model].progress.value = null
    })
  }
}

/** Weights that can be tested: of a run with an epoch behind it, or loaded. */
export function hasWeights(model: ModelName): boolean {
  return trained[model].value?.from !== null
}

export const testedModels = () => modelNames.filter((name) => tested[name].value !== null)
