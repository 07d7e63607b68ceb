import { useEffect, useState } from 'preact/hooks'
import type { ModelName } from '../run/words'
import type { Nearest, Source } from '../worker/protocol'
import { sessions } from './app'
import { moving } from './certainty'
import { useAnswer } from './inside'

/** While training images are still being looked at, the question is asked again after this long, in milliseconds. */
const again = 1000
/** Strokes come first: this question waits until the pen rests. */
const calm = 400

/** The training images most like what lies on the pad; null while a run moves the weights. */
export function useNearest(model: ModelName, source: Source | null, key: string): Nearest | null {
  const [round, setRound] = useState(0)
  const moves = moving(model)
  const found = useAnswer(model, `${key} ${round} ${moves}`, moves ? null : () => sessions[model].call('nearest', source ?? {}), calm)
  useEffect(() => {
    if (!found || found.looked >= found.of) return
    const timer = setTimeout(() => setRound((last) => last + 1), again)
    return () => clearTimeout(timer)
  }, [found])
  return found
}
