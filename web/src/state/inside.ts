import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ErrorCode } from '../protocol/program.gen'
import type { ModelName } from '../run/words'
import { Latest } from '../worker/latest'
import { WorkerError } from '../worker/link'
import type { Evidence, Explanation, Occlusion, Pictures, Scale, Source } from '../worker/protocol'
import { complain, here, sessions, trained } from './app'

/** While training, views look again at most this often. */
const usual = 400
/** What takes dozens of answers is asked less often, so that the training keeps its pace. */
const calm = 3000
/** What the program says of a drawing that shows nothing yet, or of weights that a run has lost: no trouble. */
const quiet: readonly string[] = ['dead', 'drawing', 'no_weights', 'no_data', 'training', 'not_finite'] satisfies ErrorCode[]

/** The worker's answer to a question that is asked again whenever `key` or the weights change. */
export function useAnswer<T>(model: ModelName, key: string, ask: (() => Promise<T>) | null, rest = usual): T | null {
  const [answer, setAnswer] = useState<T | null>(null)
  const queue = useRef(new Latest(rest))
  queue.current.rest = rest
  const { from, version } = trained[model].value ?? { from: null, version: 0 }
  const able = from !== null
  // Before the browser paints, not after: a drawing's answer would come a picture later.
  useLayoutEffect(() => {
    if (!ask || !able) {
      queue.current.forget()
      setAnswer(null)
      return
    }
    queue.current.ask(() => ask().then(setAnswer, (error: unknown) => {
      if (error instanceof WorkerError && quiet.includes(error.code)) setAnswer(null)
      else complain(error)
    }))
  }, [model, key, version, able])
  useEffect(() => () => queue.current.forget(), [])
  return answer
}

/** The ends of the fixed scale. */
const fixed = [0, 4] as const

export interface Prediction {
  probabilities: number[]
  input: Uint8Array
}

/** With a temperature other than 1, probabilities that mean what they say: see certainty.ts. */
export function usePrediction(model: ModelName, source: Source | null, key: string, rest?: number, temperature = 1): Prediction | null {
  return useAnswer(model, temperature === 1 ? key : `${key} at ${temperature}`, source && (async () => {
    const { probabilities, input } = await sessions[model].call('predict', temperature === 1 ? source : { ...source, temperature })
    return { probabilities: [...probabilities], input }
  }), rest)
}

export function useMaps(model: ModelName, source: Source | null, key: string, layer: string, scale: Scale, rest?: number): Pictures | null {
  return useAnswer(model, `${key} ${layer} ${scale}`, source && (() => sessions[model].call('maps', { source, layer, scale, lo: fixed[0], hi: fixed[1] })), rest)
}

export function useExplanation(model: ModelName, source: Source | null, key: string, layer: string, place: { map: number; x: number; y: number }): Explanation | null {
  return useAnswer(model, `${key} ${layer} ${place.map} ${place.x} ${place.y}`, source && (() => sessions[model].call('explain', { source, layer, ...place })))
}

export function useFilters(model: ModelName): Pictures | null {
  return useAnswer(model, 'filters', () => sessions[model].call('filters', {}))
}

/** `label`: the class to be explained; null is the one that the network names. */
export function useEvidence(model: ModelName, source: Source, key: string, label: number | null): Evidence | null {
  return useAnswer(model, `${key} ${label}`, () => sessions[model].call('evidence', asked(source, label)))
}

export function useOcclusion(model: ModelName, source: Source, key: string, label: number | null): Occlusion | null {
  const rest = here[model].status.value === 'running' ? calm : usual
  return useAnswer(model, `${key} ${label}`, () => sessions[model].call('occlusion', asked(source, label)), rest)
}

const asked = (source: Source, label: number | null) => (label === null ? { source } : { source, class: label })
