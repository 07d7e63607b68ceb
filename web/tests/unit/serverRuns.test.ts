import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunDocument } from '../../src/run/server'

vi.mock('../../src/state/token', () => ({ theToken: () => 'secret' }))
vi.mock('../../src/keep/files', () => ({ loadBytes: () => Promise.resolve() }))
vi.mock('../../src/state/losing', () => ({ lossOf: () => [], mayLose: () => Promise.resolve(true) }))
vi.mock('../../src/state/app', async () => {
  const { signal } = await import('@preact/signals')
  return { complain: (error: unknown) => { throw error as Error }, here: {}, onServer: signal([]), sessions: {}, settings: signal({}), show: () => {} }
})

/** A stream that tells what the test says. */
class Source {
  static readonly CLOSED = 2
  static open: Source[] = []
  readyState = 1
  onmessage: (event: { data: string; lastEventId: string }) => void = () => {}
  onerror: () => void = () => {}
  readonly address: string
  constructor(address: URL) {
    this.address = address.pathname + address.search
    Source.open.push(this)
  }
  close() {
    this.readyState = Source.CLOSED
    Source.open = Source.open.filter((one) => one !== this)
  }
  tell(id: number, message: object) {
    this.onmessage({ data: JSON.stringify(message), lastEventId: String(id) })
  }
}

const document = (id: string, state: RunDocument['state'], step = 3): RunDocument => ({
  id, state, step, steps: 100, config: { model: 'model2', epochs: 5 }, history: [],
})
const state = (run: string, state: RunDocument['state']) => ({ run, event: { event: 'state', state } })

/** Requests that the test answers when it wants to. */
let waiting: { path: string; answer: (body: object) => void }[] = []
async function answer(path: string, body: object) {
  await vi.waitFor(() => expect(waiting.map((one) => one.path)).toContain(path))
  const at = waiting.findIndex((one) => one.path === path)
  waiting.splice(at, 1)[0]!.answer(body)
}

vi.stubGlobal('document', { baseURI: 'http://localhost/', visibilityState: 'visible', addEventListener: () => {} })
vi.stubGlobal('EventSource', Source)
vi.stubGlobal('requestAnimationFrame', (act: () => void) => setTimeout(act))
vi.stubGlobal('fetch', (url: URL) => new Promise((resolve) => {
  waiting.push({ path: url.pathname.replace('/api/', ''), answer: (body) => resolve(new Response(JSON.stringify(body))) })
}))
afterAll(() => vi.unstubAllGlobals())

const { onServer } = await import('../../src/state/app')
const { order, refresh } = await import('../../src/state/serverRuns')

const statusOf = (id: string) => onServer.peek().find((run) => run.id === id)?.status.peek()
const stream = () => vi.waitFor(() => {
  expect(Source.open).toHaveLength(1)
  return Source.open[0]!
})

/** Asks for all runs and answers with these. */
async function refreshed(...runs: RunDocument[]) {
  const done = refresh()
  await answer('runs', { runs })
  await answer('device', {})
  await done
}

describe('a run on the server', () => {
  beforeEach(async () => {
    await refreshed()
    waiting = []
    expect(Source.open).toEqual([])
  })

  it('is as the stream tells it, whatever an earlier answer says that comes later', async () => {
    await refreshed(document('a', 'paused'))
    expect(Source.open).toEqual([])
    const resumed = order(onServer.peek()[0]!, 'resume')
    await answer('runs/a/resume', document('a', 'queued'))
    const source = await stream()
    source.tell(1, { runs: [document('a', 'queued')], at: 1 })
    await answer('runs', { runs: [document('a', 'queued')] })
    source.tell(2, state('a', 'running'))
    expect(statusOf('a')).toBe('running')
    await answer('device', {})
    await resumed
    expect(statusOf('a')).toBe('running')
  })

  it('is as the answer to the last question says, which an earlier one does not undo', async () => {
    const first = refresh()
    await answer('runs', { runs: [] })
    const second = refresh()
    await answer('runs', { runs: [document('a', 'stopped')] })
    const [earlier, later] = waiting.splice(0)
    later!.answer({})
    await second
    earlier!.answer({})
    await first
    expect(statusOf('a')).toBe('stopped')
  })

  it('is told by a new stream from when it is followed, beside one that has told of others', async () => {
    await refreshed(document('a', 'running'))
    const before = await stream()
    before.tell(7, { runs: [document('a', 'running')], at: 7 })
    before.tell(8, state('b', 'running')) // and nobody listens to b yet
    await refreshed(document('a', 'running'), document('b', 'queued'))
    expect(statusOf('b')).toBe('queued')
    const source = await stream()
    expect(source).not.toBe(before)
    expect(source.address).toBe('/api/events?after=8')
    source.tell(8, { runs: [document('a', 'running'), document('b', 'running')], at: 8 })
    expect(statusOf('b')).toBe('running')
  })

  it('keeps the state that it has now when older ones come late', async () => {
    await refreshed(document('a', 'running'))
    const source = await stream()
    source.tell(1, { runs: [document('a', 'running')], at: 3 })
    source.tell(2, state('a', 'paused')) // missed, and told again
    source.tell(3, state('a', 'running'))
    expect(statusOf('a')).toBe('running')
    source.tell(4, state('a', 'paused'))
    expect(statusOf('a')).toBe('paused')
    expect(Source.open).toEqual([])
  })

  it('is as an answer says while the stream is broken', async () => {
    await refreshed(document('a', 'running'))
    const source = await stream()
    source.tell(1, { runs: [document('a', 'running')], at: 1 })
    source.readyState = 0
    source.onerror()
    await refreshed(document('a', 'paused'))
    expect(statusOf('a')).toBe('paused')
  })
})
