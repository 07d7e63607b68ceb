import type { Config, Evaluation, ModelName, RunEvent } from '../run/words'

/**
 * Page and worker talk in three kinds of message, all with v = 1:
 *
 *   {v, id, type, ...payload}                        page to worker, a command
 *   {v, id, ok: true, result} or {v, id, ok: false, error}   its one reply
 *   {v, event}                                       worker to page, unasked
 *
 * worker.ts answers `boot` and `ping` itself; every other command goes to the
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

/** An image of the data set (`index` counts in the file of `split`), a drawing (one line of Quick, Draw! ndjson, with our `style`), or a picture. */
export type Source = { split: 'train' | 'test'; index: number } | { drawing: string } | { picture: Picture }

/** An uploaded picture, RGBA. */
export interface Picture {
  width: number
  height: number
  pixels: Uint8ClampedArray
}

/** One map of a sheet, as core/inspect's Cell. */
export interface MapCell {
  index: number
  /** Its top left corner and size in the sheet, pixels. */
  x: number
  y: number
  w: number
  h: number
  /** Of the map's own numbers. */
  min: number
  max: number
  mean: number
  /** The numbers of the lowest and the highest colour. */
  lo: number
  hi: number
  silent: boolean
}

/** A sheet of maps as core/inspect's Render makes it (zoom 1), and its palette from low to high. */
export interface Pictures {
  w: number
  h: number
  rgba: Uint8ClampedArray | Uint8Array
  cells: MapCell[]
  palette: Uint8ClampedArray | Uint8Array
}

/** What each command takes and gives. */
export interface Commands {
  hello: [{ model: ModelName }, { version: string; features: string[] }]
  /** Decompressed IDX files by their published names, without `.gz`. */
  data: [{ kind: 'real' | 'drawn'; files: Record<string, ArrayBufferLike> }, { train: number; test: number }]
  /** `ports`: one MessagePort a helper; the other end went to that helper's `help`. */
  crew: [{ ports: MessagePort[] }, object]
  help: [{ model: ModelName; rank: number; ranks: number; port: MessagePort }, object]
  train: [{ config: Config; paused?: boolean }, { config: Required<Config>; steps: number; images: number }]
  pause: [object, object]
  resume: [object, object]
  stop: [object, object]
  step: [{ n: number }, object]
  reset: [object, object]
  change: [{ key: string; value: number }, { step: number }]
  /** The hash of the weights as they are now. */
  fingerprint: [object, { weights_sha256: string; step: number }]
  evaluate: [
    { split: Split; weights: 'best' | 'last' },
    Evaluation & { predictions: Uint8Array; confidences: Float32Array },
  ]
  predict: [Source & { weights?: 'best' | 'last' }, { probabilities: Float32Array | number[]; label: string; input: Uint8Array }]
  maps: [{ source: Source; layer: string; scale: Scale; limit?: number }, Pictures]
  filters: [object, Pictures]
  images: [{ split: Split; from: number; count: number; class?: number }, { total: number; indices: Uint32Array; pixels: Uint8Array; labels: Uint8Array }]
  state: [object, { bytes: ArrayBuffer; step: number }]
  load: [{ bytes: ArrayBuffer }, { what: 'weights' | 'checkpoint'; model: ModelName; epoch?: number; step?: number; config?: Required<Config>; history?: RunEvent[]; note?: string }]
  weights: [{ which: 'best' | 'last' }, { bytes: ArrayBuffer }]
  benchmarkTrain: [{ model: 1 | 2; batch: number; steps: number; workers: number }, { imagesPerSecond: number; medianMs: number; losses: number[]; weightsSha256: string }]
  benchmarkInfer: [{ model: 1 | 2; batch: number; steps: number }, { imagesPerSecond: number; medianMs: number }]
}

export type CommandName = keyof Commands
