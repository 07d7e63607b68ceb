// A worker for tests, in place of the shipped one: answers every command at
// once, from a made-up history and simple pictures. It is never part of the page.
import type { Command, Pictures } from '../../src/worker/protocol'
import type { Config, EpochEvent, RunEvent } from '../../src/run/words'
import { fakeHistory, fakeRates, fakeRecipes } from './history'
import { fakeEvaluation, fakeEvidence, fakeExplanation, fakeGrade, fakeImages, fakeNearest, fakeOcclusion, fakePictures, fakeProbabilities } from './results'

const scope = globalThis as unknown as DedicatedWorkerGlobalScope

let config: Required<Config> = whole({ model: 'model1' })
let step = 0
let timer: ReturnType<typeof setInterval> | undefined
let trainLabels = new Uint8Array()
let testLabels = new Uint8Array()
let changes: RunEvent[] = []
let past: EpochEvent[] = []

const perEpoch = () => Math.ceil((config.limit || 54_000) / config.batch)
const total = () => config.steps || config.epochs * perEpoch()
const tell = (event: RunEvent) => scope.postMessage({ v: 1, event })
const sha = () => [...`${config.model}${config.seed}${step}${changes.length}`].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7).toString(16).padStart(8, '0').repeat(8)

function whole(given: Partial<Config>): Required<Config> {
  return { model: 'model1', recipe: 'report', epochs: 12, steps: 0, limit: 0, batch: 128, lr: 1e-3, seed: 42, workers: 1, monitor: 'val_acc', ...given }
}

function epochEvent(epoch: number): EpochEvent {
  const row = fakeHistory(config.model)[Math.min(epoch, 12) - 1]!
  return {
    event: 'epoch', epoch, step, train_loss: row[0], train_acc: row[1], val_loss: row[2], val_acc: row[3],
    lr: config.lr, seconds: 4.2, images_per_second: fakeRates[config.model], weights_sha256: sha(),
  }
}

function advance(count: number) {
  const target = Math.min(total(), step + count)
  while (step < target) {
    step = Math.min(target, (Math.floor(step / perEpoch()) + 1) * perEpoch())
    const at = step / perEpoch()
    const row = fakeHistory(config.model)[Math.min(11, Math.ceil(at) - 1)]!
    const before = fakeHistory(config.model)[Math.min(11, Math.ceil(at) - 2)] ?? [1.2, 0.6]
    const part = at - Math.floor(at) || 1
    const wobble = Math.sin(step * 12.9898) * 0.04
    tell({
      event: 'step', epoch: Math.max(1, Math.ceil(at)), step, steps: total(), lr: config.lr, seconds: 2,
      train_loss: before[0]! + (row[0] - before[0]!) * part + wobble, train_acc: before[1]! + (row[1] - before[1]!) * part - wobble / 3,
      images_per_second: fakeRates[config.model],
    })
    if (step % perEpoch() === 0 || step === total()) {
      const event = epochEvent(Math.ceil(at))
      past.push(event)
      tell(event)
    }
  }
  if (step >= total()) {
    halt()
    tell({ ...epochEvent(Math.max(1, Math.ceil(step / perEpoch()))), event: 'done' })
  }
}

function halt() {
  clearInterval(timer)
  timer = undefined
}

/** Training images that drawings are compared with; 2,000 more are there at every question. */
const gallery = 6000
let galleryAt = 0
/** The weights that were given last, as text. */
let given = ''
let lesson: { labels: number[]; step: number } = { labels: [], step: 0 }

/** A long run slows down after its first epochs, so that a slow machine's test still finds it under way. */
const brisk = 12
let ticks = 0

function go() {
  halt()
  timer = setInterval(() => {
    ticks++
    const late = config.epochs > 2 * brisk && step > brisk * perEpoch()
    if (!late || ticks % 20 === 0) advance(Math.max(1, Math.round(perEpoch() / 8)))
  }, 60)
}

// Commands come typed from the page; here their words are taken as they are.
type Payload = Record<string, any>
const answers: Record<string, (payload: Payload) => unknown> = {
  prepare: () => ({}), boot: () => ({}), ping: () => ({}), pause: () => (halt(), {}), crew: () => ({}), help: () => ({}),
  hello: ({ model }) => ((config = whole({ model })), { recipes: fakeRecipes }),
  data: ({ files }) => {
    trainLabels = new Uint8Array(files['train-labels-idx1-ubyte'] as ArrayBuffer).subarray(8)
    testLabels = new Uint8Array(files['t10k-labels-idx1-ubyte'] as ArrayBuffer).subarray(8)
    return {}
  },
  train: ({ config: given, paused }) => {
    if ((given as Config).lr === 999) throw { code: 'bad_config', message: 'lr must be below 10, not 999' }
    config = whole(given)
    step = 0
    changes = []
    past = []
    if (!paused) go()
    return { config, images: config.limit || 54_000 }
  },
  resume: () => {
    if (step >= total()) throw { code: 'complete', message: `the run has taken all of its ${total()} steps` }
    go()
    return {}
  },
  stop: () => {
    halt()
    tell({ ...epochEvent(Math.max(1, Math.ceil(step / perEpoch()))), event: 'interrupted' })
    return {}
  },
  step: ({ n }) => {
    halt()
    setTimeout(() => {
      advance(n)
      if (step < total()) tell({ event: 'status', status: 'paused' })
    }, 5)
    return {}
  },
  reset: () => (halt(), (step = 0), {}),
  change: ({ key, value }) => ((config = { ...config, [key]: value }), changes.push(value), { step }),
  fingerprint: () => ({ weights_sha256: sha() }),
  evaluate: ({ weights }) => {
    for (let done = 2000; done <= 10_000; done += 2000) tell({ event: 'progress', done, total: 10_000 })
    return fakeEvaluation(config.model, testLabels, weights === 'best' && past.length > 0 ? 'best' : 'last')
  },
  mcnemar: ({ onlyFirst, onlySecond }) => ({ only_first: onlyFirst, only_second: onlySecond, exact: false, p: onlyFirst === onlySecond ? 1 : 0.0455 }),
  predict: (payload) => fakeProbabilities(config.model, payload),
  calibrate: () => ({ temperature: 1.5, sure_from: 0.5, sure_from_images: 0.4, sure_right: 0.95, sure_share: 0.8 }),
  nearest: (payload) => {
    galleryAt = Math.min(gallery, galleryAt + 2000)
    return fakeNearest(payload, trainLabels, galleryAt, gallery)
  },
  learn: ({ drawings, labels }) => {
    if (timer !== undefined) throw { code: 'training', message: 'the network is training: pause it first' }
    lesson = { labels: labels as number[], step: 0 }
    return { steps: 40, before: fakeGrade((drawings as string[]).map(() => 6), lesson.labels, 0) }
  },
  learnStep: () => new Promise((done) => setTimeout(() => done({ step: ++lesson.step }), 15)),
  learnEnd: ({ keep }) => (keep ? { after: fakeGrade(lesson.labels, lesson.labels, 1) } : {}),
  unlearn: () => ({}),
  images: ({ split, from, count }) => fakeImages(split, from, count, trainLabels.length, testLabels.length),
  maps: ({ layer, scale }): Pictures => fakePictures(config.model, layer, scale, step),
  explain: ({ map, x, y }) => fakeExplanation(map, x, y),
  filters: () => fakePictures(config.model, 'filters', 'fixed', step),
  evidence: (payload) => fakeEvidence(config.model, payload, step),
  occlusion: (payload) => fakeOcclusion(config.model, payload, step),
  state: () => ({ bytes: new TextEncoder().encode(JSON.stringify({ fake: 'checkpoint', config, step, past })).buffer, step }),
  weights: () => ({ bytes: new TextEncoder().encode(given || JSON.stringify({ fake: 'weights', model: config.model })).buffer }),
  load: ({ bytes }) => {
    const text = new TextDecoder().decode(bytes)
    // A real file of weights: its header begins after eight bytes of length.
    if (text[8] === '{') return { what: 'weights' }
    if (!text.startsWith('{')) throw { code: 'bad_file', message: 'This is not a safetensors file: its header does not begin with {' }
    const found = JSON.parse(text)
    if (found.fake === 'weights') {
      given = text
      return { what: 'weights' }
    }
    ;({ config, step, past } = found)
    return { what: 'checkpoint', step, steps: total(), complete: step >= total(), images: config.limit || 54_000, config, history: past }
  },
  benchmarkTrain: () => ({ imagesPerSecond: 1000, medianMs: 128, losses: [2.3], weightsSha256: sha() }),
  benchmarkInfer: () => ({ imagesPerSecond: 3000, medianMs: 1 }),
}

scope.onmessage = async ({ data }: MessageEvent<Command>) => {
  const { id, type } = data
  try {
    let result = answers[type]!(data as unknown as Payload)
    // What takes time comes later; all else at once, in the order of the questions.
    if (result instanceof Promise) result = await result
    scope.postMessage({ v: 1, id, ok: true, result })
  } catch (error) {
    scope.postMessage({ v: 1, id, ok: false, error: error as object })
  }
}

// For the tests of a worker's death: the model whose run this worker trains now, and an end like a panic's.
Object.defineProperty(globalThis, 'fakeTrains', { get: () => (timer === undefined ? null : config.model) })
Object.assign(globalThis, {
  fakeDie() {
    halt()
    scope.postMessage({ v: 1, event: { event: 'dead', message: 'The Go program ended with code 2.' } })
  },
})
