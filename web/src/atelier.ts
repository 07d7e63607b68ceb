import { complain, here, sessions } from './state/app'
import { imagesAfter, theData } from './data/set'
import { toLine, type Drawing } from './run/drawing'
import type { EndEvent } from './run/words'
import { classNames, type Config, type ModelName } from './run/words'
import { place } from './keep/files'
import { loadShipped } from './state/shipped'
import { join } from './run/crew'
import { Link } from './worker/link'
import type { Picture } from './worker/protocol'
import { t } from './words'

// window.atelier: the page's own functions, for tests, benchmarks, teachers and
// scripts. Models may be named 'model1' or 1.

type ModelWord = ModelName | 1 | 2
const named = (model: ModelWord): ModelName => (model === 1 ? 'model1' : model === 2 ? 'model2' : model)

/** Resolves with the run's last event; `done` is the same promise, for code that awaits the run only later. */
export interface RunHandle extends Promise<EndEvent> {
  readonly model: ModelName
  readonly done: Promise<EndEvent>
}

let last: ModelName = 'model1'

function train(config: Omit<Config, 'model'> & { model: ModelWord }): RunHandle {
  const model = named(config.model)
  last = model
  const run = here[model]
  const done = new Promise<EndEvent>((resolve, reject) => {
    const end = run.session.subscribe((event) => {
      if (event.event !== 'done' && event.event !== 'interrupted' && event.event !== 'failed') return
      end()
      if (event.event === 'failed') reject(new Error(event.message))
      else resolve(event)
    })
    run.start({ ...config, model }).then((begun) => {
      if (!begun) throw new Error(t.trouble.calledOff)
    }).catch((error: unknown) => {
      end()
      reject(error)
    })
  })
  done.catch(() => {}) // a script may never ask; the page shows the trouble itself
  return Object.assign(done, { model, done })
}

const runOf = (model: ModelWord = last) => here[named(model)]

async function predict(input: Drawing | Picture | number[][][], options: { model: ModelWord }) {
  const model = named(options.model)
  const source = Array.isArray(input)
    ? { drawing: JSON.stringify({ drawing: input }) }
    : 'strokes' in input ? { drawing: toLine(input) } : { picture: input }
  const { probabilities } = await sessions[model].call('predict', source)
  const all = [...probabilities]
  return { label: classNames[all.indexOf(Math.max(...all))]!, probabilities: all }
}

async function save(model: ModelWord): Promise<Blob> {
  return new Blob([await sessions[named(model)].weights('last')])
}

async function load(model: ModelWord, blob: Blob) {
  return place(named(model), await blob.arrayBuffer(), '')
}

/** Workers of their own, the first with the others as helpers, so that nothing of the user's run is touched. */
async function apart<T>(model: ModelName, workers: number, use: (link: Link) => Promise<T>): Promise<T> {
  const links = await Link.openAll(Array.from({ length: workers }, (_, rank) => `benchmark ${rank}`))
  try {
    if (workers > 1) await join(links, model)
    return await use(links[0]!)
  } finally {
    for (const link of links) link.close()
  }
}

const number = (model: ModelWord): 1 | 2 => (named(model) === 'model1' ? 1 : 2)

function benchmarkTrain({ model = 1, batch = 128, steps = 10, workers = 1 }: { model?: ModelWord; batch?: number; steps?: number; workers?: number } = {}) {
  return apart(named(model), workers, (link) => link.call('benchmarkTrain', { model: number(model), batch, steps }))
}

function benchmarkInfer({ model = 1, batch = 1, steps = 20 }: { model?: ModelWord; batch?: number; steps?: number } = {}) {
  return apart(named(model), 1, (link) => link.call('benchmarkInfer', { model: number(model), batch, steps }))
}

/** Resolves when the program, the data and the weights that come with the page are in both models' workers: from then on no network is needed. */
let begun: Promise<void> | null = null
const ready = async () => {
  await Promise.all([theData(), sessions.model1.open(), sessions.model2.open(), begun])
}

const api = {
  ready,
  train,
  pause: (model?: ModelWord) => runOf(model).pause(),
  resume: (model?: ModelWord) => runOf(model).resume(),
  stop: (model?: ModelWord) => runOf(model).stop(),
  step: (n = 1, model?: ModelWord) => runOf(model).step(n),
  /** Goes on with so many workers, which changes no number of the run. */
  setWorkers: (workers: number, model?: ModelWord) => runOf(model).session.setWorkers(workers),
  weightsSha256: (model: ModelWord) => sessions[named(model)].fingerprint(),
  predict,
  save,
  load,
  benchmarkTrain,
  benchmarkInfer,
}

export type Atelier = typeof api

declare global {
  interface Window {
    atelier: Atelier
    benchmarkTrain: typeof benchmarkTrain
    benchmarkInfer: typeof benchmarkInfer
  }
}

export function openAtelier() {
  window.atelier = api
  window.benchmarkTrain = benchmarkTrain
  window.benchmarkInfer = benchmarkInfer
  if (location.protocol === 'file:') complain(t.trouble.fileAddress)
  else {
    begun = loadShipped()
    imagesAfter(begun)
    void ready().catch(complain)
  }
}
