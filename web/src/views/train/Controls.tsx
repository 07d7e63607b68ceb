import { signal } from '@preact/signals'
import { PauseIcon, PlayIcon, ResetIcon, StepIcon, StopIcon } from '../../parts/icons'
import { Question } from '../../parts/Question'
import { dataState } from '../../data/set'
import { chosenRuns, nextFor, pressMain, resetChosen, stepChosen, stopChosen } from '../../state/training'
import { t } from '../../words'

/** Reset asks first, also when a key asks for it. */
export const resetAsked = signal(false)

export function Controls() {
  const runs = chosenRuns()
  const next = nextFor(runs)
  const active = runs.some((run) => run.active.value)
  const touched = runs.some((run) => run.status.value !== 'idle')
  const noData = dataState.value.phase === 'failed'
  return (
    <div class="controls" role="group" aria-label={t.train.controls}>
      <button type="button" class="button main" disabled={noData} onClick={() => void pressMain()}>
        {next === 'pause' ? <PauseIcon /> : <PlayIcon />}{t.train[next]}
      </button>
      <button type="button" class="button" disabled={noData} title={t.train.stepHint} onClick={() => void stepChosen()}><StepIcon />{t.train.step}</button>
      <button type="button" class="button" disabled={!active} onClick={() => void stopChosen()}><StopIcon />{t.train.stop}</button>
      <button type="button" class="button" disabled={!touched} onClick={() => { resetAsked.value = true }}><ResetIcon />{t.train.reset}</button>
      <Question open={resetAsked} text={t.train.resetAsk} yes={t.train.resetYes} no={t.train.resetNo} act={() => void resetChosen()} />
    </div>
  )
}
