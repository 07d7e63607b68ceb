import { effect, signal } from '@preact/signals'
import { keptRuns } from '../keep/list'
import type { Run } from '../run/run'
import { t } from '../words'

/** Whether it is asked now, and what, before runs are lost. */
export const asking = signal(false)
export const question = signal('')
let answer: (yes: boolean) => void = () => {}
effect(() => { if (!asking.value) answer(false) })

export const agree = () => answer(true)

/** What is lost of a run that makes room; one without an epoch is no loss. */
export function lossOf(run: Run): string[] {
  const { epochs, live, run: name } = run.history.value
  if (epochs.length === 0) return []
  const kept = name !== undefined && keptRuns.peek().some((one) => one.run === name && one.step >= (live?.step ?? Infinity))
  return [t.train[kept ? 'replacesRun' : 'losesRun'](t.models[run.model], epochs.length)]
}

/** Asks, where something is lost, whether it may be. */
export function mayLose(losses: readonly string[]): Promise<boolean> {
  if (losses.length === 0) return Promise.resolve(true)
  return new Promise((resolve) => {
    answer(false)
    answer = resolve
    question.value = t.train.loseAsk(losses.join(' '))
    asking.value = true
  })
}
