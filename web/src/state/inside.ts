import { useEffect, useRef, useState } from 'preact/hooks'
import type { ModelName } from '../run/words'
import { Latest } from '../worker/latest'
import { WorkerError } from '../worker/link'
import type { Pictures, Scale, Source } from '../worker/protocol'
import { complain, sessions, trained } from './app'

/** While training, views look again at most this often. */
const rest = 400

/** The worker's answer to a question that is asked again whenever `key` or the weights change. */
export function useAnswer<T>(model: ModelName, key: string, ask: (() => Promise<T>) | null): T | null {
  const [answer, setAnswer] = useState<T | null>(null)
  const queue = useRef(new Latest(rest))
  const version = trained[model].value?.version ?? 0
  useEffect(() => {
    if (!ask) {
      queue.current.forget()
      setAnswer(null)
      return
    }
    queue.current.ask(() => ask().then(setAnswer, (error: unknown) => {
      if (!(error instanceof WorkerError && error.code === 'dead')) complain(error)
    }))
  }, [model, key, version])
  useEffect(() => () => queue.current.forget(), [])
  return answer
}

export interface Prediction {
  probabilities: number[]
  input: Uint8Array
}

export function usePrediction(model: ModelName, source: Source | null, key: string): Prediction | null {
  return useAnswer(model, key, source && (async () => {
    const { probabilities, input } = await sessions[model].call('predict', source)
    return { probabilities: [...probabilities], input }
  }))
}

export function useMaps(model: ModelName, source: Source | null, key: string, layer: string, scale: Scale): Pictures | null {
  return useAnswer(model, `${key} ${layer} ${scale}`, source && (() => sessions[model].call('maps', { source, layer, scale })))
}

export function useFilters(model: ModelName): Pictures | null {
  return useAnswer(model, 'filters', () => sessions[model].call('filters', {}))
}
