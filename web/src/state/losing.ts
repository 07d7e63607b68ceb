import { effect, signal } from '@preact/signals'
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
  const epochs = run.history.value.epochs.length
  return epochs > 0 ? [t.train.losesRun(t.models[run.model], epochs)] : []
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
