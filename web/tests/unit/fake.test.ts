import { describe, expect, it, vi } from 'vitest'
import { wrongEvent, wrongRequest, wrongResult } from '../../src/protocol/check'
import type { CommandName, Commands } from '../../src/protocol/program.gen'

// The tests in a browser believe the fake worker: what it answers is what the protocol says.

interface Said { id?: number; ok?: boolean; result?: unknown; error?: unknown; event?: unknown }
const said: Said[] = []
const scope = Object.assign(globalThis as unknown as { onmessage: (event: { data: object }) => Promise<void> }, { postMessage: (message: Said) => { said.push(structuredClone(message)) } })
await import('../fake/worker')

const file = (count: number) => new Uint8Array(8 + count).fill(3, 8).buffer
const source = { split: 'test', index: 1 } as const
const bytes = new TextEncoder().encode(JSON.stringify({ fake: 'weights', model: 'model1' })).buffer as ArrayBuffer
/** A request of every command, in an order in which they make sense. */
const requests: { [K in CommandName]: Commands[K][0] } = {
  hello: { model: 'model1' },
  data: { kind: 'drawn', files: { 'train-labels-idx1-ubyte': file(60), 't10k-labels-idx1-ubyte': file(20) } },
  crew: { ports: [] },
  help: { rank: 1, port: new MessageChannel().port1 },
  train: { config: { model: 'model1', epochs: 1 }, paused: true },
  step: { n: 1 },
  change: { key: 'lr', value: 0.01 },
  pause: {},
  resume: {},
  stop: {},
  fingerprint: {},
  state: {},
  weights: { which: 'last' },
  load: { bytes },
  evaluate: { split: 'test', weights: 'last' },
  mcnemar: { onlyFirst: 3, onlySecond: 5 },
  predict: source,
  calibrate: {},
  nearest: source,
  learn: { drawings: ['{"drawing":[]}'], labels: [1], seed: 42 },
  learnStep: {},
  learnEnd: { keep: true },
  unlearn: {},
  images: { split: 'val', from: 0, count: 10 },
  maps: { source, layer: 'conv1', scale: 'map' },
  filters: {},
  explain: { source, layer: 'conv1', map: 0, x: 1, y: 1 },
  evidence: { source },
  occlusion: { source, class: 2 },
  benchmarkTrain: { model: 1, batch: 2, steps: 1 },
  benchmarkInfer: { model: 1, batch: 2, steps: 1 },
  reset: {},
}

describe('the fake worker', () => {
  it.each(Object.entries(requests))('answers %s as the protocol says', async (type, request) => {
    said.length = 0
    expect(wrongRequest(type, request)).toBeNull()
    await scope.onmessage({ data: { v: 1, id: 7, type, ...request } })
    // Its steps take a moment.
    if (type === 'step') await vi.waitFor(() => expect(said.some(({ event }) => event)).toBe(true))
    const reply = said.find(({ id }) => id === 7)
    expect(reply).toMatchObject({ ok: true })
    expect(wrongResult(type, reply!.result)).toBeNull()
    for (const { event } of said) if (event) expect(wrongEvent(event)).toBeNull()
  })

  it('loads a whole run as the protocol says', async () => {
    const state = new TextEncoder().encode(JSON.stringify({ fake: 'checkpoint', config: { model: 'model1', recipe: 'report', epochs: 2, batch: 128, lr: 1e-3, seed: 42, workers: 1, monitor: 'val_acc' }, step: 3, past: [] }))
    said.length = 0
    await scope.onmessage({ data: { v: 1, id: 8, type: 'load', bytes: state.buffer } })
    expect(said[0]).toMatchObject({ ok: true, result: { what: 'checkpoint', step: 3 } })
    expect(wrongResult('load', said[0]!.result)).toBeNull()
  })
})
