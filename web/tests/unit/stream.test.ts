import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

class FakeSource {
  static all: FakeSource[] = []
  onmessage: (event: { data: string; lastEventId: string }) => void = () => {}
  onerror: () => void = () => {}
  readyState = 1
  closed = false
  after: string
  constructor(after: string) {
    this.after = after
    FakeSource.all.push(this)
  }
  close() { this.closed = true }
  say(id: number, message: object) { this.onmessage({ data: JSON.stringify(message), lastEventId: String(id) }) }
}
vi.mock('../../src/run/server', () => ({ server: { events: (after: string) => new FakeSource(after) } }))

async function followed() {
  vi.resetModules()
  FakeSource.all = []
  const page = { visibilityState: 'visible', seen: () => {} }
  vi.stubGlobal('document', { get visibilityState() { return page.visibilityState }, addEventListener: (_: string, hear: () => void) => { page.seen = hear } })
  vi.stubGlobal('EventSource', { CLOSED: 2 })
  const stream = await import('../../src/run/stream')
  const heard: object[] = []
  stream.follow('one', (event) => heard.push(event))
  await Promise.resolve()
  return { heard, page, stream, source: FakeSource.all[0]! }
}

describe('the stream of all runs', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('comes back where it was left', async () => {
    const { page, source } = await followed()
    expect(source.after).toBe('')
    source.say(41, { run: 'one', event: { event: 'state', state: 'running' } })
    page.visibilityState = 'hidden'
    page.seen()
    expect(source.closed).toBe(true)
    page.visibilityState = 'visible'
    page.seen()
    expect(FakeSource.all[1]!.after).toBe('41')
  })

  it('takes no state that is older than the runs as they are', async () => {
    const { heard, source } = await followed()
    source.say(39, { runs: [{ id: 'one', state: 'done' }, { id: 'two', state: 'running' }], at: 40 })
    source.say(40, { run: 'one', event: { event: 'state', state: 'running' } })
    source.say(41, { run: 'one', event: { event: 'state', state: 'paused' } })
    expect(heard).toEqual([{ event: 'run', run: { id: 'one', state: 'done' } }, { event: 'state', state: 'paused' }])
  })

  it('tries again after five seconds where the server refused it', async () => {
    const { source } = await followed()
    source.readyState = 2
    source.onerror()
    await vi.advanceTimersByTimeAsync(4999)
    expect(FakeSource.all).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(FakeSource.all).toHaveLength(2)
  })

  it('hears each run by its name', async () => {
    const { heard, stream, source } = await followed()
    const other: object[] = []
    stream.follow('two', (event) => other.push(event))
    await Promise.resolve()
    expect(source.closed).toBe(true)
    FakeSource.all[1]!.say(5, { run: 'two', event: { event: 'state', state: 'running' } })
    expect(heard).toEqual([])
    expect(other).toEqual([{ event: 'state', state: 'running' }])
  })
})
