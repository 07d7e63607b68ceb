// The words that the page, the worker, the server and the command line share
// (core/train/event.go, server/API.md). Snake case is theirs; nothing here is the page's own.

export type ModelName = 'model1' | 'model2'
export const modelNames: readonly ModelName[] = ['model1', 'model2']

/** What trains a run on the server: the words of -engine. */
export type EngineChoice = 'auto' | 'core' | 'gomlx'

export type RecipeName = 'report' | 'best' | 'sketch'
export const recipeNames: readonly RecipeName[] = ['report', 'best', 'sketch']

export type Monitor = 'val_loss' | 'val_acc'

/** What a run is started with; a word left out has the recipe's value. */
export interface Config {
  model: ModelName
  recipe?: RecipeName
  epochs?: number
  /** Stop after this many steps; 0 or absent: after `epochs`. */
  steps?: number
  /** Train on the first so many images of the split's 54,000. */
  limit?: number
  batch?: number
  lr?: number
  seed?: number
  workers?: number
  monitor?: Monitor
}

/** A hyperparameter changed while running, applied before `step`. */
export interface Change {
  step: number
  key: string
  value: number
}

/** A number that was not measured is null. */
type Measured = number | null

export interface EpochEvent {
  event: 'epoch'
  epoch: number
  step: number
  train_loss: Measured
  train_acc: Measured
  val_loss: Measured
  val_acc: Measured
  lr: number
  seconds: Measured
  images_per_second: Measured
  weights_sha256: string
}

/** About ten a second while training. */
export interface StepEvent {
  event: 'step'
  epoch: number
  step: number
  /** All steps of the run. */
  steps: number
  train_loss: number
  train_acc: number
  lr: number
  images_per_second: Measured
  seconds: Measured
}

/** The last event of a run. */
export interface EndEvent extends Omit<EpochEvent, 'event'> {
  event: 'done' | 'interrupted'
  model?: ModelName
  recipe?: RecipeName
  engine?: string
  device?: string
  workers?: number
  seed?: number
  best_epoch?: number | null
}

/** After an epoch's last step, while the validation images are judged. */
export interface ValidatingEvent {
  event: 'validating'
  epoch: number
  done?: number
  of?: number
}

/** How far a long command is: `what` is the command. */
export interface ProgressEvent {
  event: 'progress'
  what: string
  done: number
  total: number
}

export interface StatusEvent {
  event: 'status'
  status: 'running' | 'paused' | 'queued' | 'stopped' | 'done' | 'failed'
}

export interface ChangeEvent extends Change {
  event: 'change'
}

export interface FailEvent {
  event: 'failed'
  code: string
  message: string
  hint?: string
}

/** A worker died, and another goes on with the run from this step. */
export interface ReplacedEvent {
  event: 'replaced'
  step: number
  reason: string
}

export type RunEvent =
  | EpochEvent | StepEvent | ValidatingEvent | EndEvent | ProgressEvent | StatusEvent | ChangeEvent | FailEvent | ReplacedEvent

export interface PerClass {
  label: string
  precision: number
  recall: number
  f1: number
  support: number
}

/** The result of `eval` (core/train/metrics.go); rows of `confusion` are true classes. */
export interface Evaluation {
  model: ModelName
  weights: string
  images: number
  accuracy: number
  loss: number
  macro_precision: number
  macro_recall: number
  macro_f1: number
  weighted_f1: number
  per_class: PerClass[]
  confusion: number[][]
  report: string
}

/** Class names exactly as the data set's, by label. */
export const classNames = [
  'T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat',
  'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot',
] as const
