import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

interface Scope {
  onmessage(event: { data: object }): void
  atelier: { receive: ((command: { id: number; type: string }) => void) | null; ready(): void }
}

/** The worker's first lines, with what they post. */
async function started() {
  const posted: { id?: number; ok?: boolean; event?: { event: string; message: string } }[] = []
  vi.resetModules()
  vi.stubGlobal('postMessage', (message: object) => posted.push(message))
  await import('../../src/worker/worker')
  const scope = globalThis as unknown as Scope
  return { posted, scope, send: (id: number, type: string) => scope.onmessage({ data: { v: 1, id, type } }) }
}

describe('a worker', () => {
  beforeEach(() => vi.unstubAllGlobals())
  afterEach(() => vi.unstubAllGlobals())

  it('answers a ping before its program stands', async () => {
    const { posted, send } = await started()
    send(7, 'ping')
    expect(posted).toEqual([{ v: 1, id: 7, ok: true, result: {} }])
  })

  it('keeps commands until its program stands, in their order', async () => {
    const { scope, send } = await started()
    const heard: number[] = []
    send(1, 'start')
    send(2, 'pause')
    scope.atelier.receive = ({ id }) => heard.push(id)
    expect(heard).toEqual([])
    scope.atelier.ready()
    send(3, 'resume')
    expect(heard).toEqual([1, 2, 3])
  })

  it('says once that its program threw', async () => {
    const { posted, scope, send } = await started()
    scope.atelier.receive = () => { throw new RangeError('too deep') }
    scope.atelier.ready()
    send(1, 'start')
    send(2, 'start')
    expect(posted).toEqual([{ v: 1, event: { event: 'dead', message: 'RangeError: too deep' } }])
  })
})
