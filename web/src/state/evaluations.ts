import { batch, signal } from '@preact/signals'
import { percent } from '../parts/format'
import type { Evaluation, ModelName } from '../run/words'
import { t } from '../words'
import { complain, here, say, sessions, trained } from './app'

/** A model's test, with what it said of each image. */
export interface Tested extends Evaluation {
  weights: 'best' | 'last'
  predictions: Uint8Array
  confidences: Float32Array
  /** The version of the weights that were tested. */
  version: number
  /** Which of a run's weights the test was asked for; a run without an epoch has no best ones, and its last were taken. Null where the weights are not a run's. */
  asked: 'best' | 'last' | null
}

/** Why the figures are not of the weights that a test would take now; null where they are. */
export function whyStale({ model, version, asked }: Tested): string | null {
  if (version !== trained[model].value?.version) return t.test.stale
  return asked !== null && asked !== testedWeights.value ? t.test.unasked[testedWeights.value] : null
}

/** Which of a run's weights the figures are of; null where they are not a run's. */
export const whichOf = ({ asked, weights }: Tested) => asked && weights

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
  const { from, version } = trained[model].peek()!
  try {
    const result = await sessions[model].call('evaluate', { split: 'test', weights })
    tested[model].value = { ...result, version, asked: from === 'run' ? weights : null }
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
