import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Run } from '../../src/run/run'
import { FakeServer, type Fate } from '../fake/server'

const loaded = vi.fn<(model: string, bytes: ArrayBuffer, name: string) => Promise<string>>()
vi.mock('../../src/state/token', () => ({ theToken: () => 'secret' }))
vi.mock('../../src/keep/files', () => ({ loadBytes: (model: string, bytes: ArrayBuffer, name: string) => loaded(model, bytes, name) }))
// The browser's own computes beside the clock of these tests.
vi.mock('../../src/keep/hash', async () => {
  const { createHash } = await import('node:crypto')
  return { hash: (bytes: ArrayBuffer) => Promise.resolve(createHash('sha256').update(new Uint8Array(bytes)).digest('hex')) }
})
vi.mock('../../src/state/losing', () => ({ lossOf: () => [], mayLose: () => Promise.resolve(true) }))
vi.mock('../../src/state/app', async () => {
  const { signal } = await import('@preact/signals')
  return {
    complain: (error: unknown) => told.push((error as Error).message), say: () => {}, show: (sentence: string) => told.push(sentence),
    here: {}, onServer: signal([]), sessions: {}, settings: signal({}),
  }
})

/** The sentences that a person was shown at last. */
const told: string[] = []
const kept = new Map<string, string>()
vi.stubGlobal('document', { baseURI: 'http://localhost/', visibilityState: 'hidden', addEventListener: () => {} })
vi.stubGlobal('navigator', {})
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => kept.set(key, text), removeItem: (key: string) => kept.delete(key),
})
afterAll(() => vi.unstubAllGlobals())

const app = await import('../../src/state/app')
const { Run: LocalRun } = await import('../../src/run/run')
const { newHistory } = await import('../../src/run/history')
const { askAfterMoves, bring, continueOnServer, refresh } = await import('../../src/state/serverRuns')
const { askAgain, moves } = await import('../../src/state/moves')
const { holdWhileOnItsWay, release } = await import('../../src/state/handover')

const checkpoint = new Uint8Array([1, 2, 3, 4]).buffer
const sha = createHash('sha256').update(new Uint8Array(checkpoint)).digest('hex')
let server: FakeServer
let own: Run

/** This page's run of model 1, which trains. */
function training(): Run {
  const done = () => Promise.resolve()
  const session = {
    model: 'model1', place: 'here', abilities: new Set(), subscribe: () => done, start: (config: object) => Promise.resolve({ config }),
    pause: done, resume: done, step: done, reset: done, checkpoint: () => Promise.resolve(checkpoint),
  }
  const run = new LocalRun('here-model1', session as never)
  run.restore(newHistory({ model: 'model1', recipe: 'report' }, 'running'))
  holdWhileOnItsWay(run)
  Object.assign(app.here, { model1: run })
  Object.assign(app.sessions, { model1: session })
  return run
}

beforeEach(async () => {
  vi.useFakeTimers()
  server = new FakeServer()
  vi.stubGlobal('fetch', server.fetch)
  loaded.mockReset().mockResolvedValue('brought')
  app.onServer.value = []
  moves.value = []
  kept.clear()
  told.length = 0
  own = training()
})
afterEach(() => vi.useRealTimers())

const idOf = () => [...server.runs.keys()][0]
/** Lets so much time pass that whatever can end has ended. */
const inTheEnd = () => vi.advanceTimersByTimeAsync(400_000)

describe('a run that is handed over', () => {
  const refused = { status: 409, code: 'queue_full' }
  it.each<[string, Fate, Fate[], 'here' | 'server', string]>([
    ['answered', 'ok', [], 'server', 'Model 1 goes on training on the server.'],
    ['the answer lost after the server acted', 'lost', [], 'server', 'The server has taken Model 1 as ID, under Runs. A copy that is kept here is the one that was sent.'],
    ['the answer garbled', 'garbled', [], 'server', 'The server has taken Model 1 as ID, under Runs. A copy that is kept here is the one that was sent.'],
    ['the answer never sent', 'hangs', [], 'server', 'The server has taken Model 1 as ID, under Runs. A copy that is kept here is the one that was sent.'],
    ['another’s answer instead of the server’s', 'gateway', [], 'server', 'The server has taken Model 1 as ID, under Runs. A copy that is kept here is the one that was sent.'],
    ['the server away for a while', 'lost', ['down', 'hangs', { status: 503, code: 'busy' }, 'gateway'], 'server', 'The server has taken Model 1 as ID, under Runs. A copy that is kept here is the one that was sent.'],
    ['lost before the server acted', 'down', ['down'], 'here', 'Model 1 stays here as it was. The server does not answer.'],
    ['refused: the queue is full', refused, [], 'here', 'Model 1 stays here as it was. Refused with queue_full'],
    ['refused: too large', { status: 413, code: 'too_large' }, [], 'here', 'Model 1 stays here as it was. Refused with too_large'],
    ['refused: the disk is full', { status: 507, code: 'save' }, [], 'here', 'Model 1 stays here as it was. Refused with save'],
  ])('%s: it trains in one place', async (_, fate, after, where, sentence) => {
    server.plan = { checkpoint: [fate], run: after }
    void continueOnServer('model1')
    await inTheEnd()
    const id = idOf()
    expect({ here: own.status.peek(), there: id && server.runs.get(id)!.state }).toEqual(where === 'here' ? { here: 'running', there: undefined } : { here: 'paused', there: 'running' })
    expect(told).toEqual([sentence.replace('ID', id ?? '')])
    expect(moves.peek()).toEqual([])
    expect(kept.size).toBe(0)
    if (typeof fate === 'object') expect(server.times('run')).toBe(0)
  })

  it('is not taken for a run of that name that somebody else has', async () => {
    server.plan = { checkpoint: ['lost'] }
    const act = server.add.bind(server)
    server.add = (id, state) => act(id, state, { handed_over_sha256: 'ab'.repeat(32) })
    void continueOnServer('model1')
    await inTheEnd()
    expect(own.status.peek()).toBe('running')
    expect(told).toEqual(['Model 1 stays here as it was. The server does not answer.'])
  })

  it('waits here, and says so, as long as nothing is known; a press asks at once', async () => {
    server.plan = { checkpoint: ['lost'], run: Array<Fate>(200).fill('down') }
    void continueOnServer('model1')
    await inTheEnd()
    expect(own.status.peek()).toBe('paused')
    expect(moves.peek()).toMatchObject([{ what: 'send', model: 'model1', why: 'The server does not answer.' }])
    const heldBack = 'Model 1 may be training on the server. It can go on here once the server says that it has not taken it: press “Ask again” at the top of the page.'
    await expect(own.resume()).rejects.toThrow(heldBack)
    await expect(own.step(1)).rejects.toThrow(heldBack)
    expect(told).toEqual([])
    server.plan = {}
    askAgain(moves.peek()[0]!)
    await vi.advanceTimersByTimeAsync(1)
    expect(told).toEqual([`The server has taken Model 1 as ${idOf()}, under Runs. A copy that is kept here is the one that was sent.`])
    await own.resume()
  })

  it('is sent once by two presses', async () => {
    server.plan = { checkpoint: ['hangs'] }
    void continueOnServer('model1')
    void continueOnServer('model1')
    await vi.advanceTimersByTimeAsync(100)
    void continueOnServer('model1')
    await inTheEnd()
    expect(server.times('checkpoint')).toBe(1)
    expect(server.runs.size).toBe(1)
  })

  it('goes on here when a person says so, and is paused there when the server turns out to have it', async () => {
    server.plan = { checkpoint: ['lost'], run: Array<Fate>(20).fill('down') }
    void continueOnServer('model1')
    await vi.advanceTimersByTimeAsync(5000)
    await release(moves.peek()[0]!)
    expect(own.status.peek()).toBe('running')
    await inTheEnd()
    const id = idOf()!
    expect(server.runs.get(id)!.state).toBe('paused')
    expect(told).toEqual([`The server had taken Model 1 as ${id}. It is paused there, since it goes on here.`])
  })

  it('does not set another run going that stands here by then', async () => {
    server.plan = { checkpoint: ['down'], run: ['down', 'down'] }
    void continueOnServer('model1')
    await vi.advanceTimersByTimeAsync(100)
    await own.start({ model: 'model1' }, true)
    await inTheEnd()
    expect(own.status.peek()).toBe('paused')
  })

  it.each<[string, boolean, string]>([
    ['taken', true, 'The server has taken Model 1 as model1-x, under Runs. A copy that is kept here is the one that was sent.'],
    ['not taken', false, 'The server has not taken Model 1.'],
  ])('is asked after by the next page when this one is left before the answer: %s', async (_, taken, sentence) => {
    server.plan = { checkpoint: ['hangs'] }
    void continueOnServer('model1')
    await vi.advanceTimersByTimeAsync(100)
    const [left] = JSON.parse(kept.get('atelier-moves') ?? '[]') as object[]
    expect(left).toMatchObject({ what: 'send', model: 'model1', sha256: sha, id: idOf() })
    // The next page.
    vi.clearAllTimers()
    moves.value = []
    server.runs.clear()
    server.plan = { run: ['down', 'down'] }
    if (taken) server.add('model1-x', 'running', { handed_over_sha256: sha })
    kept.set('atelier-moves', JSON.stringify([{ ...left, id: 'model1-x' }, { what: 'nonsense' }]))
    own = training()
    own.restore(newHistory({ model: 'model1' }, 'paused'))
    askAfterMoves()
    await vi.advanceTimersByTimeAsync(2000)
    await expect(own.resume()).rejects.toThrow('Model 1 may be training on the server.')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual([sentence])
    await own.resume()
  })
})

describe('where a run that is on its way is taken up again', () => {
  const named = (run: string, status: 'paused' | 'running') => ({ ...newHistory({ model: 'model1', recipe: 'report' }, status), run })
  const refused = () => expect(own.resume()).rejects.toThrow('Model 1 may be training on the server.')
  beforeEach(async () => {
    own.restore(named('sent', 'running'))
    server.plan = { checkpoint: ['lost'], run: Array<Fate>(3).fill('down') }
    void continueOnServer('model1')
    await vi.advanceTimersByTimeAsync(100)
  })

  it('it does not go on beside the server after another run stood here', async () => {
    await own.start({ model: 'model1' }, true)
    await own.resume() // another run may
    own.restore(named('sent', 'paused'))
    await refused()
    await inTheEnd()
    await own.resume()
  })

  it('it does not go on in a tab that was open before, when the one that sent it is gone', async () => {
    vi.clearAllTimers()
    moves.value = [] // of the other tab
    own.restore(named('sent', 'paused'))
    await refused()
    own.restore(named('other', 'paused'))
    await own.resume()
  })
})

describe('a move of another tab', () => {
  /** A lock manager that both tabs share. */
  function shared() {
    const ends = new Map<string, Promise<unknown>>()
    const request = (name: string, act: () => Promise<void>) => {
      const end = (ends.get(name) ?? Promise.resolve()).then(act)
      ends.set(name, end)
      return end
    }
    vi.stubGlobal('navigator', { locks: { request } })
    vi.stubGlobal('addEventListener', (what: string, hear: (event: { key: string }) => void) => heard.set(what, hear))
  }
  const heard = new Map<string, (event: { key: string }) => void>()
  afterEach(() => vi.stubGlobal('navigator', {}))

  it('is asked after by a tab that was open before, once that one is gone', async () => {
    shared()
    askAfterMoves()
    let close = () => {}
    void navigator.locks.request('atelier-moves-send-model1-x', () => new Promise<void>((gone) => { close = gone }))
    server.add('model1-x', 'running', { handed_over_sha256: sha })
    kept.set('atelier-moves', JSON.stringify([{ what: 'send', model: 'model1', id: 'model1-x', sha256: sha, run: 'sent' }]))
    heard.get('storage')?.({ key: 'atelier-moves' })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(server.times('run')).toBe(0)
    close()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(told).toEqual(['The server has taken Model 1 as model1-x, under Runs. A copy that is kept here is the one that was sent.'])
    expect(kept.size).toBe(0)
  })

  it('is left to it as long as it is there', async () => {
    shared()
    server.plan = { checkpoint: ['hangs'] }
    void continueOnServer('model1')
    await vi.advanceTimersByTimeAsync(1000)
    vi.resetModules()
    const other = { ...await import('../../src/state/serverRuns'), ...await import('../../src/state/moves') }
    other.askAfterMoves()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(other.moves.peek()).toEqual([])
    expect(server.times('run')).toBe(0)
    await inTheEnd()
    expect(other.moves.peek()).toEqual([])
    expect(server.times('run')).toBe(1)
  })
})

describe('a run that is fetched', () => {
  const fetched = async () => {
    server.add('a', 'running')
    await refresh()
    void bring(app.onServer.peek()[0]!)
    await inTheEnd()
  }
  const stays = (why: string) => `a stays on the server. ${why}`
  it.each<[string, FakeServer['plan'], string]>([
    ['the pause is lost after it acted', { pause: ['lost'] }, stays('The server does not answer.')],
    ['the pause is lost before it acted', { pause: ['down'] }, stays('The server does not answer.')],
    ['the pause takes longer than the server waits', { pause: [{ status: 503, code: 'busy' }] }, stays('Refused with busy')],
    ['the pause is never answered', { pause: ['hangs'] }, stays('The server has not answered for 20 seconds.')],
    ['the server dies after the pause', { file: ['down'], resume: ['down', 'down', 'hangs', 'gateway', { status: 503, code: 'busy' }] }, stays('The server does not answer.')],
    ['the download breaks midway', { file: ['breaks'] }, stays('The server does not answer.')],
    ['the download stands still', { file: ['stalls'] }, stays('The server has not answered for 30 seconds.')],
    ['the download is refused', { file: [{ status: 404, code: 'not_found' }] }, stays('Refused with not_found')],
    ['the order to go on is lost after it acted', { file: ['down'], resume: ['lost'] }, stays('The server does not answer.')],
  ])('%s: it goes on on the server', async (_, plan, sentence) => {
    server.plan = plan
    await fetched()
    expect(server.runs.get('a')!.state).toBe('running')
    expect(loaded).not.toHaveBeenCalled()
    expect(told).toEqual([sentence])
    expect(moves.peek()).toEqual([])
    expect(kept.size).toBe(0)
  })

  beforeEach(() => own.restore(newHistory({ model: 'model1' }, 'idle')))

  it('comes, and waits there', async () => {
    await fetched()
    expect(server.runs.get('a')!.state).toBe('paused')
    expect(loaded).toHaveBeenCalledExactlyOnceWith('model1', expect.objectContaining({ byteLength: 8 }), 'a')
    expect(told).toEqual(['Model 1 has the server’s run now. Press Resume under Train to go on.'])
  })

  it('goes on there when its file is refused here', async () => {
    loaded.mockRejectedValue(new Error('It is damaged.'))
    await fetched()
    expect(server.runs.get('a')!.state).toBe('running')
    expect(told).toEqual([stays('It is damaged.')])
  })

  it('says where it is and what to press when it may not be set going', async () => {
    server.plan = { file: ['down'], resume: ['down', { status: 401, code: 'unauthorized' }] }
    await fetched()
    expect(told).toEqual(['a is paused on the server: press Resume beside it under Runs. The server does not answer. Refused with unauthorized'])
  })

  it('says so when it has ended there', async () => {
    server.paused = 'done'
    server.plan = { file: ['down'] }
    await fetched()
    expect(told).toEqual(['a has ended on the server. The server does not answer.'])
  })

  it('is not fetched while somebody else sets it going', async () => {
    server.paused = 'running'
    await fetched()
    expect(loaded).not.toHaveBeenCalled()
    expect(told).toEqual([stays('Somebody else set it going.')])
  })

  it('says that it may be paused as long as the server does not answer', async () => {
    server.plan = { file: ['down'], resume: Array<Fate>(200).fill('down') }
    await fetched()
    expect(told).toEqual([])
    expect(moves.peek()).toMatchObject([{ what: 'fetch', id: 'a', why: 'The server does not answer.' }])
    server.plan = {}
    askAgain(moves.peek()[0]!)
    await vi.advanceTimersByTimeAsync(1)
    expect(server.runs.get('a')!.state).toBe('running')
  })

  it('is set going by the next page when this one is left midway', async () => {
    server.add('a', 'paused')
    kept.set('atelier-moves', JSON.stringify([{ what: 'fetch', model: 'model1', id: 'a', sha256: '' }]))
    server.plan = { resume: ['down'] }
    askAfterMoves()
    await inTheEnd()
    expect(server.runs.get('a')!.state).toBe('running')
    expect(told).toEqual([stays('The page was left before it had the answer.')])
  })
})
