import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

vi.mock('../../src/worker/program', () => ({ execAddress: 'exec.js', program: async () => ({}) }))

const { Link, WorkerError } = await import('../../src/worker/link')

interface Sent { id: number; type: string }

/** A worker that answers what it is told to. */
class FakeWorker {
  static all: FakeWorker[] = []
  onmessage: (event: { data: unknown }) => void = () => {}
  onerror: (event: { message: string; preventDefault(): void }) => void = () => {}
  sent: Sent[] = []
  ended = false
  silent = false
  constructor() { FakeWorker.all.push(this) }
  postMessage(message: Sent) {
    this.sent.push(message)
    if (!this.silent && ['prepare', 'boot', 'ping'].includes(message.type)) queueMicrotask(() => this.reply(message.id, { ok: true, result: {} }))
  }
  reply(id: number, more: object) { this.onmessage({ data: { v: 1, id, ...more } }) }
  terminate() { this.ended = true }
}

async function opened() {
  const link = await Link.open('model1')
  const worker = FakeWorker.all.at(-1)!
  const deaths: string[] = []
  link.onDeath = (reason) => deaths.push(reason)
  return { link, worker, deaths }
}
/** Sends a command that is not answered, and gives how it ends. */
function hanging(link: Awaited<ReturnType<typeof Link.open>>) {
  const end = { error: null as unknown }
  link.call('pause', {} as never).then(() => {}, (error: unknown) => { end.error = error })
  return end
}

describe('the link to a worker', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('Worker', FakeWorker)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('gives each answer to its question', async () => {
    const { link, worker } = await opened()
    const [one, two] = [link.call('pause', {} as never), link.call('pause', {} as never)]
    const [first, second] = worker.sent.slice(-2)
    worker.reply(second!.id, { ok: true, result: 'second' })
    worker.reply(first!.id, { ok: true, result: 'first' })
    expect(await one).toBe('first')
    expect(await two).toBe('second')
  })

  it('passes a refusal on, with its code and hint', async () => {
    const { link, worker } = await opened()
    const asked = link.call('pause', {} as never)
    worker.reply(worker.sent.at(-1)!.id, { ok: false, error: { code: 'memory', message: 'Too little memory', hint: 'Close a tab' } })
    const error = await asked.then(() => null, (why: unknown) => why)
    expect(error).toBeInstanceOf(WorkerError)
    expect(error).toMatchObject({ code: 'memory', message: 'Too little memory', hint: 'Close a tab' })
    expect(link.alive).toBe(true)
  })

  it('takes a worker that is silent for over ten seconds for dead, and not before', async () => {
    const { link, worker, deaths } = await opened()
    const end = hanging(link)
    worker.silent = true
    await vi.advanceTimersByTimeAsync(10_000)
    expect(deaths).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(deaths).toHaveLength(1)
    expect(worker.ended).toBe(true)
    expect(end.error).toMatchObject({ code: 'dead' })
  })

  it('lets one that answers live', async () => {
    const { link, deaths } = await opened()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(deaths).toHaveLength(0)
    expect(link.alive).toBe(true)
  })

  it.each([
    ['says that its program ended', (worker: FakeWorker) => worker.onmessage({ data: { v: 1, event: { event: 'dead', message: 'The end' } } })],
    ['throws', (worker: FakeWorker) => worker.onerror({ message: 'The end', preventDefault() {} })],
  ])('tells once of a worker that %s, and refuses all commands', async (_, kill) => {
    const { link, worker, deaths } = await opened()
    const end = hanging(link)
    kill(worker)
    kill(worker)
    await vi.advanceTimersByTimeAsync(0)
    expect(deaths).toEqual(['The end'])
    expect(end.error).toMatchObject({ code: 'dead', message: 'The end' })
    await expect(link.call('pause', {} as never)).rejects.toMatchObject({ code: 'dead' })
  })

  it('closes what it opened where one of several cannot be had', async () => {
    let made = 0
    vi.stubGlobal('Worker', class extends FakeWorker {
      constructor() { super(); if (++made === 2) queueMicrotask(() => this.onerror({ message: 'blocked', preventDefault() {} })) }
    })
    const before = FakeWorker.all.length
    await expect(Link.openAll(['a', 'b', 'c'])).rejects.toMatchObject({ code: 'dead' })
    expect(FakeWorker.all.slice(before).map((worker) => worker.ended)).toEqual([true, true, true])
  })
})
