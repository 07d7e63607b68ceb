import { effect, untracked } from '@preact/signals'
import { askOnce, forgetCopies, remember } from '../keep/autosave'
import { count, percent } from '../parts/format'
import { toConfig, usualWorkers } from '../models/recipes'
import type { Run } from '../run/run'
import { modelNames, type RunEvent } from '../run/words'
import { t } from '../words'
import { evaluate } from './evaluations'
import { chosen, complain, here, say, settings, touch, trained } from './app'
import { lossOf, mayLose } from './losing'

/** What the Train button does now: depends on the chosen models' runs. */
export type Next = 'train' | 'pause' | 'resume'

export function nextFor(runs: readonly Run[]): Next {
  if (runs.some((run) => run.status.value === 'running' || run.status.value === 'starting')) return 'pause'
  return runs.some((run) => run.status.value === 'paused') ? 'resume' : 'train'
}

export const chosenRuns = () => chosen.value.map((model) => here[model])

async function each(runs: readonly Run[], act: (run: Run) => Promise<unknown>) {
  const ends = await Promise.allSettled(runs.map(act))
  for (const end of ends) if (end.status === 'rejected') complain(end.reason)
}

/** Begins the runs that are not under way, once it may: new ones take the place of those that ended. */
async function begin(paused = false) {
  const runs = chosenRuns().filter((run) => !run.active.value)
  if (!(await mayLose(runs.flatMap(lossOf)))) return false
  await each(runs, (run) => run.start(toConfig(run.model, settings.value, chosen.value.length), paused))
  return true
}

export const trainChosen = () => {
  askOnce()
  return begin()
}
export const pauseChosen = () => each(chosenRuns().filter((run) => run.status.value === 'running' || run.status.value === 'starting'), (run) => run.pause())
export const resumeChosen = () => each(chosenRuns().filter((run) => run.status.value === 'paused'), (run) => run.resume())
export const stopChosen = () => each(chosenRuns().filter((run) => run.active.value), (run) => run.stop())
export const resetChosen = () => each(chosenRuns(), async (run) => {
  const { run: name } = run.history.peek()
  await run.reset()
  touch(run.model, null)
  if (name) await forgetCopies(name)
})

/** A step of a run that has not begun begins it, paused. */
export async function stepChosen() {
  await pauseChosen()
  if (!(await begin(true))) return
  await each(chosenRuns().filter((run) => run.status.value === 'paused'), (run) => run.step(1))
}

export function pressMain() {
  const next = nextFor(chosenRuns())
  if (next === 'pause') return pauseChosen()
  return next === 'resume' ? resumeChosen() : trainChosen()
}

/** Runs under way go on with so many workers; null is the usual number. */
export const changeWorkers = (workers: number | null) =>
  each(chosenRuns().filter((run) => run.active.value && run.session.abilities.has('workers')), (run) =>
    run.session.setWorkers(workers ?? usualWorkers(chosen.value.length)))

/** Speaks and remembers: wired once, for both models. */
export function followRuns() {
  for (const model of modelNames) {
    const run = here[model]
    run.onEvent = (event) => hearRun(run, event)
    let before = run.status.value
    effect(() => {
      const status = run.status.value
      if (status === before) return
      const title = t.models[model]
      untracked(() => {
        if (status === 'running' && before === 'starting') say(t.train.said.started(title))
        if (status === 'paused') say(t.train.said.paused(title))
        if (status === 'stopped' || (status === 'idle' && before === 'starting')) say(t.train.said.stopped(title))
      })
      before = status
    })
  }
}

function hearRun(run: Run, event: RunEvent) {
  const title = t.models[run.model]
  if (event.event === 'step' || event.event === 'epoch' || event.event === 'done') touch(run.model, 'run')
  if (event.event === 'epoch') {
    const epochs = run.history.value.config.epochs ?? event.epoch
    say(t.train.said.epoch(title, event.epoch, epochs, percent(event.val_acc)))
  }
  if (event.event === 'done') {
    say(t.train.said.done(title))
    // A run to its end is judged at once; a script's few steps are not.
    if (!run.history.value.config.steps) void evaluate(run.model, 'best')
  }
  if (event.event === 'done' || event.event === 'interrupted') void remember(run.model)
  if (event.event === 'replaced') {
    say(run.status.value === 'idle' ? t.train.said.renewed(title, event.reason) : t.train.said.replaced(title, event.reason, count(event.step)))
  }
  if (event.event === 'failed') {
    // The worker is gone for good, and what it had learned with it.
    if (event.code === 'worker' && trained[run.model].peek()?.from === 'run') touch(run.model, null)
    complain(t.train.said.failed(title, event.message))
  }
}
