import type { Change, Config, Evaluation, EpochEvent, ModelName, Monitor, RecipeName, RunEvent } from '../run/words'

/**
 * Page and worker talk in three kinds of message, all with v = 1:
 *
 *   {v, id, type, ...payload}                        page to worker, a command
 *   {v, id, ok: true, result} or {v, id, ok: false, error}   its one reply
 *   {v, event}                                       worker to page, unasked
 *
 * worker.ts answers `prepare`, `boot` and `ping` itself; every other command goes to the
 * Go program. A worker holds one network, its data and at most one run.
 */
export const version = 1

export interface Failure {
  code: string
  message: string
  hint?: string
}

export interface Command {
  v: 1
  id: number
  type: string
  [word: string]: unknown
}

export type Reply =
  | { v: 1; id: number; ok: true; result: unknown }
  | { v: 1; id: number; ok: false; error: Failure }

export interface Notice {
  v: 1
  event: RunEvent | DeadEvent
}

/** The Go program ended or threw: the worker is of no use any more. */
export interface DeadEvent {
  event: 'dead'
  message: string
}

export type FromWorker = Reply | Notice

export type Split = 'train' | 'val' | 'test'
/** How a map's numbers become colours: own range, the layer's, or one given range. */
export type Scale = 'map' | 'layer' | 'fixed'

/** An image of the data set (`index` counts in the file of `split`), a drawing (a line of Quick, Draw! ndjson, with the pad's `style`), or a picture. */
export type Source = { split: 'train' | 'test'; index: number } | { drawing: string } | { picture: Picture }

/** An uploaded picture, RGBA. */
export interface Picture {
  width: number
  height: number
  pixels: Uint8ClampedArray
}

/** The maps of a layer, each `width` x `height`, one under the other in `rgba`. */
export interface Pictures {
  width: number
  height: number
  count: number
  rgba: Uint8ClampedArray
  /** The least and the greatest number of each map. */
  lo: Float32Array
  hi: Float32Array
  /** For each map, the two numbers at the ends of its colours. */
  ends: Float32Array
  /** 1 where a map is 0 everywhere. */
  silent: Uint8Array
  /** The colours from low to high, RGBA. */
  bar: Uint8ClampedArray
}

/** Three rows of three numbers. */
export type Nine = readonly number[]

/** Nine inputs, their weights and their products. */
export interface ConvWindow {
  /** Of the layer before, counted from 0. */
  map: number
  inputs: Nine
  weights: Nine
  products: Nine
  sum: number
}

/** How one number of a convolution's map comes about. */
export interface Explanation {
  /** Those that add or take away most, the strongest first. */
  windows: ConvWindow[]
  /** How many windows there are, and what those not given add. */
  count: number
  others: number
  bias: number
  /** Of all windows and the bias. */
  sum: number
  /** Whether batch normalisation makes scale × sum + shift of it. */
  normed: boolean
  scale: number
  shift: number
  /** After the ReLU. */
  value: number
}

/** Numbers of places laid over an image: red is above 0, blue below. */
export interface Overlay {
  /** The class that is explained, and the one that the network names. */
  class: number
  named: number
  width: number
  height: number
  rgba: Uint8ClampedArray
  /** The least and the greatest number. */
  lo: number
  hi: number
  /** The number of the reddest colour; the bluest is minus that. */
  end: number
  /** Where the number farthest from 0 is, in parts of the width and the height. */
  x: number
  y: number
  /** The colours from low to high, RGBA. */
  bar: Uint8ClampedArray
}

/** What each place adds to a class's score: `places`, their sum, and `constant` make the score. */
export interface Evidence extends Overlay {
  places: number
  constant: number
  /** Of the ten classes. */
  scores: Float32Array
}

/** How much a class's probability falls when a square of `patch` pixels is hidden. */
export interface Occlusion extends Overlay {
  probability: number
  patch: number
}

/** A recipe as the program knows it. */
export interface Recipe {
  name: RecipeName
  title: string
  epochs: number
  batch: number
  lr: number
  weight_decay: number
  label_smoothing: number
  /** A factor on the network's own dropout rates. */
  dropout: number
  monitor: Monitor
  /** Why each choice. */
  why: { what: string; text: string }[]
}

/** What makes probabilities mean what they say; in the words of the model cards. */
export interface Calibration {
  temperature: number
  /** From this tempered probability on, an answer to a drawing is sure. */
  sure_from: number
  /** The same of an image of the data set. */
  sure_from_images?: number
  /** The share of right answers that "sure" promises. */
  sure_right: number
  /** The share of generated drawings that reach `sure_from`; 0: no answer to a drawing is ever sure. */
  sure_share: number
}

/** The training images most like a drawing, most alike first, among those that were looked at. */
export interface Nearest {
  indices: Uint32Array
  labels: Uint8Array
  /** Of the angle between the features, 1 at most. */
  cosines: Float32Array
  looked: number
  of: number
}

/** How a network does on a person's drawings and on what it must not forget. */
export interface Grade {
  /** The class it names each of the drawings. */
  own: number[]
  own_right: number
  images: { right: number; of: number }
  generated: { right: number; of: number }
}

/** Of two networks on the same images: would equal ones differ so much by chance? */
export interface McNemarTest {
  only_first: number
  only_second: number
  /** From the binomial distribution; else from chi-square. */
  exact: boolean
  statistic: number
  /** Two-sided. */
  p: number
}

/** What each command takes and gives. */
export interface Commands {
  hello: [{ model: ModelName }, { version: string; features: string[]; recipes: Recipe[] }]
  /** Decompressed IDX files by their published names, without `.gz`. */
  data: [{ kind: 'real' | 'drawn'; files: Record<string, ArrayBufferLike> }, { train: number; test: number }]
  /** `ports`: one MessagePort a helper; the other end went to that helper's `help`. */
  crew: [{ ports: MessagePort[] }, object]
  help: [{ model: ModelName; rank: number; ranks: number; port: MessagePort }, object]
  train: [{ config: Config; paused?: boolean }, { config: Required<Config>; steps: number; images: number }]
  pause: [object, object]
  resume: [object, object]
  stop: [object, object]
  /** Answers at once; a `status` event says paused when the n steps are done. */
  step: [{ n: number }, object]
  reset: [object, object]
  change: [{ key: string; value: number }, { step: number }]
  /** The hash of the weights as they are now. */
  fingerprint: [object, { weights_sha256: string; step: number }]
  evaluate: [
    { split: Split; weights: 'best' | 'last' },
    Evaluation & { weights: 'best' | 'last'; predictions: Uint8Array; confidences: Float32Array },
  ]
  /** How many images only one of two networks got right. */
  mcnemar: [{ onlyFirst: number; onlySecond: number }, McNemarTest]
  /** With a temperature the probabilities are those at it, else the network's own. */
  predict: [Source & { weights?: 'best' | 'last'; temperature?: number }, { probabilities: Float32Array | number[]; label: string; input: Uint8Array }]
  calibrate: [object, Calibration]
  /** Without a source it only begins to look at the training images, which goes on in the background. */
  nearest: [Source | object, Nearest]
  /** Begins a lesson with lines of drawings and what they show, and grades the network before it. */
  learn: [{ drawings: string[]; labels: number[]; seed: number }, { steps: number; before: Grade }]
  learnStep: [object, { step: number; loss: number }]
  /** Puts what was learned in the weights' place and grades it, or drops it. */
  learnEnd: [{ keep: boolean }, { after?: Grade }]
  /** Gives the weights from before the lesson back. */
  unlearn: [object, object]
  /** `lo` and `hi` are the ends of a fixed scale. */
  maps: [{ source: Source; layer: string; scale: Scale; lo?: number; hi?: number }, Pictures]
  filters: [object, Pictures]
  /** One number of a convolution's map; all counted from 0. */
  explain: [{ source: Source; layer: string; map: number; x: number; y: number }, Explanation]
  /** Without a class: of the one that the network names. */
  evidence: [{ source: Source; class?: number }, Evidence]
  occlusion: [{ source: Source; class?: number }, Occlusion]
  images: [{ split: Split; from: number; count: number; class?: number }, { total: number; indices: Uint32Array; pixels: Uint8Array; labels: Uint8Array }]
  /** `share`: in shared memory, where the page is isolated, so that nobody needs a copy. */
  state: [{ share?: boolean }, { bytes: ArrayBufferLike; step: number }]
  load: [{ bytes: ArrayBufferLike }, { what: 'weights' | 'checkpoint'; model: ModelName; epoch?: number; step?: number; steps?: number; /** Nothing is left to do. */ complete?: boolean; images?: number; config?: Required<Config>; history?: EpochEvent[]; changes?: Change[] }]
  weights: [{ which: 'best' | 'last' }, { bytes: ArrayBuffer }]
  benchmarkTrain: [{ model: 1 | 2; batch: number; steps: number; workers: number }, { imagesPerSecond: number; medianMs: number; losses: number[]; weightsSha256: string }]
  benchmarkInfer: [{ model: 1 | 2; batch: number; steps: number }, { imagesPerSecond: number; medianMs: number }]
}

export type CommandName = keyof Commands
