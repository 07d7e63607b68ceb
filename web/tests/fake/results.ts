import { classNames, type Evaluation, type ModelName } from '../../src/run/words'
import { models } from '../../src/models/layers'
import type { ImagesResult, PredictResult } from '../../src/protocol/program.gen'
import type { Evidence, Explanation, Grade, Nearest, Occlusion, Overlay, Pictures, Scale, Split } from '../../src/worker/protocol'

const noise = (n: number) => {
  const x = Math.sin(n * 127.1 + 311.7) * 43758.5453
  return x - Math.floor(x)
}

/** A network that errs among tops and among shoes. */
export function fakeEvaluation(model: ModelName, labels: Uint8Array, weights: 'best' | 'last'): Evaluation & { weights: 'best' | 'last'; predictions: Uint8Array; confidences: Float32Array } {
  const confused: Record<number, number[]> = { 0: [6, 3], 2: [4, 6], 3: [0], 4: [2, 6], 6: [0, 2, 4], 5: [7], 7: [9, 5], 9: [7], 1: [3], 8: [6] }
  const shift = model === 'model1' ? 0 : 50_000
  const predictions = labels.map((label, i) => {
    const wrong = noise(i + shift) < (label === 6 ? 0.22 : [0, 2, 4].includes(label) ? 0.12 : 0.03)
    const others = confused[label]!
    return wrong ? others[Math.floor(noise(i * 3 + shift) * others.length)]! : label
  })
  const confusion = Array.from({ length: 10 }, () => new Array<number>(10).fill(0))
  labels.forEach((label, i) => { confusion[label]![predictions[i]!]!++ })
  const per_class = classNames.map((label, k) => {
    const support = confusion[k]!.reduce((a, b) => a + b, 0)
    const said = confusion.reduce((sum, row) => sum + row[k]!, 0)
    const precision = confusion[k]![k]! / Math.max(1, said)
    const recall = confusion[k]![k]! / Math.max(1, support)
    return { label, precision, recall, f1: (2 * precision * recall) / (precision + recall || 1), support }
  })
  const mean = (key: 'precision' | 'recall' | 'f1') => per_class.reduce((sum, row) => sum + row[key], 0) / 10
  const right = labels.reduce((sum, label, i) => sum + (label === predictions[i] ? 1 : 0), 0)
  return {
    model, weights, images: labels.length, accuracy: right / labels.length, loss: 0.2382,
    macro_precision: mean('precision'), macro_recall: mean('recall'), macro_f1: mean('f1'),
    per_class, confusion, report: 'a report',
    predictions, confidences: Float32Array.from(labels, (_, i) => 0.4 + 0.6 * noise(i * 7 + shift)),
  }
}

/** Every tenth image of the training file is kept for validation. */
export function fakeImages(split: Split, from: number, count: number, train: number, test: number): ImagesResult {
  const all = [...Array(split === 'test' ? test : train).keys()].filter((i) => split === 'test' || (i % 10 === 9) === (split === 'val'))
  return { total: all.length, indices: Uint32Array.from(all.slice(from, from + count)) }
}

export function fakeProbabilities(model: ModelName, payload: Record<string, unknown>): PredictResult {
  const text = JSON.stringify(payload.drawing ?? payload.index ?? 0)
  const seed = text.length + (model === 'model1' ? 0 : 1)
  const raw = classNames.map((_, k) => Math.exp(4 * noise(seed + k)))
  raw[payload.index === 123 ? 9 : seed % 10]! *= 20
  const sum = raw.reduce((a, b) => a + b, 0)
  const probabilities = Float32Array.from(raw, (value) => value / sum)
  const input = Uint8Array.from({ length: 784 }, (_, i) => {
    const [y, x] = [Math.floor(i / 28), i % 28]
    return Math.abs(x - 14) + Math.abs(y - 14) < 13 ? 200 + (x % 4) * 10 : 0
  })
  return { probabilities, input }
}

/** The first images of the training file; without anything to look for, none. */
export function fakeNearest(payload: Record<string, unknown>, labels: Uint8Array, looked: number, of: number): Nearest {
  const shown = ['drawing', 'picture', 'split'].some((word) => word in payload)
  const indices = Uint32Array.from(shown ? [0, 1, 2, 3, 4] : [])
  return { indices, labels: Uint8Array.from(indices, (i) => labels[i]!), cosines: Float32Array.from(indices, (i) => 0.95 - 0.01 * i), looked, of }
}

/** A network that names a person's drawings so; a lesson costs it a test image or two. */
export function fakeGrade(named: number[], labels: number[], lessons: number): Grade {
  return { own: named, own_right: named.filter((one, i) => one === labels[i]).length, images: { right: 463 - lessons, of: 500 }, generated: { right: 250 + 3 * lessons, of: 300 } }
}

/** Two windows of a layer that has thirty more. */
export function fakeExplanation(map: number, x: number, y: number): Explanation {
  const nine = (seed: number) => Array.from({ length: 9 }, (_, i) => noise(seed + i) - 0.5)
  const windows = [5, 2].map((from) => {
    const [inputs, weights] = [nine(x + 28 * y), nine(1000 * map + from)]
    const products = inputs.map((value, i) => value * weights[i]!)
    return { map: from, inputs, weights, products, sum: products.reduce((a, b) => a + b, 0) }
  })
  const sum = windows.reduce((all, window) => all + window.sum, 0) + 0.25 + 0.125
  return { windows, count: 32, others: 0.25, bias: 0.125, sum, normed: false, scale: 1, shift: 0, value: Math.max(0, sum) }
}

/** Something like viridis: dark violet to yellow. */
const ramp = (v: number): [number, number, number] => [68 + 185 * v * v, 10 + 220 * v, 90 + 60 * Math.sin(3 * v) - 50 * v]

export function fakePictures(model: ModelName, layer: string, scale: Scale, step: number): Pictures {
  const found = models[model].layers.find((one) => one.name === layer)
  const [count, height, width] = found ? [found.shape[0]!, found.shape[1] ?? 1, found.shape[2] ?? 1] : [32, 3, 3]
  const rgba = new Uint8ClampedArray(count * height * width * 4)
  const lo = new Float32Array(count)
  const hi = new Float32Array(count)
  const ends = new Float32Array(2 * count)
  const silent = new Uint8Array(count)
  for (let map = 0; map < count; map++) {
    silent[map] = map % 11 === 10 && layer !== 'filters' ? 1 : 0
    for (let i = 0; i < height * width; i++) {
      const [y, x] = [Math.floor(i / width) / height, (i % width) / width]
      const v = silent[map] ? 0 : 0.5 + 0.5 * Math.sin(6 * x * noise(map) + 9 * y * noise(map + 99) + map + step / 500)
      rgba.set([...ramp(v), 255], (map * height * width + i) * 4)
      hi[map] = Math.max(hi[map]!, v * 3)
    }
    ends[2 * map + 1] = scale === 'fixed' ? 4 : scale === 'map' ? hi[map]! : 3
  }
  const bar = new Uint8ClampedArray(256 * 4)
  for (let i = 0; i < 256; i++) bar.set([...ramp(i / 255), 255], i * 4)
  return { width, height, count, rgba, lo, hi, ends, silent, bar }
}

/** Blue over white to red, as the diverging palette. */
const around = (v: number): [number, number, number] => (v < 0 ? [255 + 200 * v, 255 + 150 * v, 255 + 80 * v] : [255 - 100 * v, 255 - 220 * v, 255 - 200 * v])

function fakeOverlay(payload: Record<string, any>, named: number, end: number, step: number): Overlay {
  const label: number = payload.class ?? named
  const rgba = new Uint8ClampedArray(784 * 4)
  for (let i = 0; i < 784; i++) rgba.set([...around(Math.sin(label + (i % 28) / 5 + i / 200 + step / 500)), 255], 4 * i)
  const bar = new Uint8ClampedArray(256 * 4)
  for (let i = 0; i < 256; i++) bar.set([...around(i / 127.5 - 1), 255], 4 * i)
  return { class: label, named, width: 28, height: 28, rgba, lo: -end / 2, hi: end, end, x: 0.8, y: 0.9, bar }
}

export function fakeEvidence(model: ModelName, payload: Record<string, any>, step: number): Evidence {
  const { probabilities } = fakeProbabilities(model, payload.source)
  const named = probabilities.indexOf(Math.max(...probabilities))
  const scores = Float32Array.from(probabilities, (p) => 10 + Math.log(p))
  const shown = fakeOverlay(payload, named, 0.5, step)
  return { ...shown, scores, constant: -1.25 }
}

export function fakeOcclusion(model: ModelName, payload: Record<string, any>, step: number): Occlusion {
  const { probabilities } = fakeProbabilities(model, payload.source)
  const shown = fakeOverlay(payload, probabilities.indexOf(Math.max(...probabilities)), 0.4, step)
  return { ...shown, probability: probabilities[shown.class]!, patch: 7 }
}
