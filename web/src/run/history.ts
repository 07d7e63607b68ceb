import { allImages } from '../models/recipes'
import type { Change, Config, EndEvent, EpochEvent, FailEvent, RunEvent, StepEvent } from './words'

export type Status = 'idle' | 'starting' | 'queued' | 'running' | 'paused' | 'stopped' | 'done' | 'failed'

/** Training loss and accuracy between epochs; `at` is in epochs (1.5: half way through the second). */
export interface Trace {
  at: number[]
  loss: number[]
  acc: number[]
  /** Absent in runs that were kept before it was written down. */
  lr?: number[]
  /** Step events averaged into each point. */
  width: number
  /** Events not yet enough for a point. */
  open: { at: number; loss: number; acc: number; lr?: number; count: number }
}

/** All that a run's events have told; views read it, only `hear` makes a new one. */
export interface History {
  config: Config
  /** The run's own name, by which this browser keeps it; absent until it begins, and in runs of the server. */
  run?: string
  /** Images that an epoch trains on; absent until the run has begun, and in runs that were kept before it was told. */
  images?: number
  status: Status
  epochs: EpochEvent[]
  trace: Trace
  changes: Change[]
  live: StepEvent | null
  end: EndEvent | null
  trouble: FailEvent | null
}

const emptyTrace: Trace = { at: [], loss: [], acc: [], lr: [], width: 1, open: { at: 0, loss: 0, acc: 0, lr: 0, count: 0 } }

export function newHistory(config: Config, status: Status = 'idle'): History {
  return { config, status, epochs: [], trace: emptyTrace, changes: [], live: null, end: null, trouble: null }
}

/** Charts stay quick at any length: at so many points (an even number), neighbours are averaged in pairs. */
export const maxPoints = 600

export function hear(history: History, event: RunEvent): History {
  switch (event.event) {
    case 'step':
      return { ...history, live: event, trace: addStep(history, event) }
    case 'epoch':
      return { ...history, epochs: [...history.epochs.filter((old) => old.epoch < event.epoch), event] }
    case 'change':
      return changed(history, { step: event.step, key: event.key, value: event.value })
    case 'status':
      return { ...history, status: event.status }
    case 'done':
      return { ...history, status: 'done', end: event }
    case 'interrupted':
      return { ...history, status: 'stopped', end: event }
    case 'failed':
      return { ...history, status: 'failed', trouble: event }
    case 'progress':
    case 'validating':
    case 'replaced':
      return history
  }
}

/** A change of the number of epochs moves the end of the run. */
function changed(history: History, change: Change): History {
  const config = change.key === 'epochs' ? { ...history.config, epochs: change.value } : history.config
  return { ...history, config, changes: [...history.changes, change] }
}

/** Puts a run's changes into a history that came without them, as from a file. */
export const withChanges = (history: History, changes: readonly Change[]): History => changes.reduce(changed, { ...history, changes: [] })

function addStep(history: History, event: StepEvent): Trace {
  const trace = trimmed(history.trace, epochsDone(history, event))
  const { open } = trace
  const count = open.count + 1
  const sum = {
    at: open.at + epochsDone(history, event),
    loss: open.loss + event.train_loss,
    acc: open.acc + event.train_acc,
    lr: (open.lr ?? 0) + event.lr,
    count,
  }
  if (count < trace.width) return { ...trace, open: sum }
  const grown: Trace = {
    at: [...trace.at, sum.at / count],
    loss: [...trace.loss, sum.loss / count],
    acc: [...trace.acc, sum.acc / count],
    ...(trace.lr ? { lr: [...trace.lr, sum.lr / count] } : {}),
    width: trace.width,
    open: emptyTrace.open,
  }
  return grown.at.length >= maxPoints ? halve(grown) : grown
}

/** A run that went back to a checkpoint tells its steps again: the first telling goes. */
function trimmed(trace: Trace, at: number): Trace {
  let keep = trace.at.length
  while (keep > 0 && trace.at[keep - 1]! >= at) keep--
  if (keep === trace.at.length) return trace
  return { ...trace, at: trace.at.slice(0, keep), loss: trace.loss.slice(0, keep), acc: trace.acc.slice(0, keep), ...(trace.lr ? { lr: trace.lr.slice(0, keep) } : {}), open: emptyTrace.open }
}

function halve(trace: Trace): Trace {
  const pairs = (values: number[]) => {
    const out: number[] = []
    for (let i = 0; i + 1 < values.length; i += 2) out.push((values[i]! + values[i + 1]!) / 2)
    return out
  }
  return { at: pairs(trace.at), loss: pairs(trace.loss), acc: pairs(trace.acc), ...(trace.lr ? { lr: pairs(trace.lr) } : {}), width: trace.width * 2, open: trace.open }
}

/** Epochs done at a step, with a fraction. */
export function epochsDone(history: History, event: { step: number }): number {
  return event.step / stepsPerEpoch(history)
}

/** Steps of one epoch; a run that does not tell its images is taken to have the report's. */
export function stepsPerEpoch({ config, images }: History): number {
  return Math.ceil((images ?? Math.min(config.limit || allImages, allImages)) / (config.batch ?? 128))
}

/** The epoch whose validation figure is best by the run's monitor. */
export function bestEpoch(history: History): EpochEvent | null {
  const byLoss = history.config.monitor === 'val_loss'
  let best: EpochEvent | null = null
  for (const epoch of history.epochs) {
    const value = byLoss ? epoch.val_loss : epoch.val_acc
    const record = best && (byLoss ? best.val_loss : best.val_acc)
    if (value === null) continue
    if (record === null || record === undefined || (byLoss ? value < record : value > record)) best = epoch
  }
  return best
}

/** Seconds until the end at the present pace; null where there is none. */
export function secondsLeft(history: History): number | null {
  const { live, config } = history
  if (!live || !live.images_per_second || history.status !== 'running') return null
  const steps = Math.max(0, live.steps - live.step)
  return (steps * (config.batch ?? 128)) / live.images_per_second
}

/** Seconds that a run has trained for, over all its epochs; null where one of them was not measured. */
export function secondsTaken({ live, epochs }: History): number | null {
  const begun = live && live.epoch > (epochs.at(-1)?.epoch ?? 0) ? [live] : []
  const all = [...epochs, ...begun].map((one) => one.seconds)
  return all.length === 0 || all.includes(null) ? null : all.reduce<number>((sum, seconds) => sum + seconds!, 0)
}

export const isActive = (status: Status) =>
  status === 'starting' || status === 'queued' || status === 'running' || status === 'paused'

/** history.csv as core/train/history.go writes it; a figure not measured is an empty cell. */
export function historyCsv(history: History): string {
  const keys = ['epoch', 'train_loss', 'train_acc', 'val_loss', 'val_acc', 'lr', 'seconds'] as const
  const rows = history.epochs.map((epoch) => keys.map((key) => epoch[key] ?? '').join(','))
  return [keys.join(','), ...rows].join('\n') + '\n'
}
