import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FromWorker } from '../../src/worker/protocol'

// The bridge that the Go program finds: what throws there ends the program, and with it the run.

interface Scope {
  onmessage: (event: { data: object }) => void
  atelier: { send(message: object, transfer?: Transferable[]): void; receive: (command: object) => void; ready(): void }
}
const scope = globalThis as unknown as Scope
const posted: FromWorker[] = []
const tooLittle = () => { throw new RangeError('Array buffer allocation failed') }

beforeEach(async () => {
  posted.length = 0
  vi.resetModules()
  vi.stubGlobal('crossOriginIsolated', true)
  vi.stubGlobal('postMessage', (message: FromWorker) => { posted.push(message) })
  await import('../../src/worker/worker')
  scope.atelier.receive = () => {}
  scope.atelier.ready()
})
afterEach(() => vi.unstubAllGlobals())

const state = () => new Uint8Array([1, 2, 3]).buffer
const ask = (id: number, share: boolean) => scope.onmessage({ data: { v: 1, id, type: 'state', share } })
const answer = (id: number) => scope.atelier.send({ v: 1, id, ok: true, result: { bytes: state(), step: 7 } })

describe('a state that the program hands over', () => {
  it.each([['in shared memory where it is asked for', true], ['as it is otherwise', false]])('goes %s', (_, share) => {
    ask(1, share)
    answer(1)
    const { result } = posted[0] as unknown as { result: { bytes: ArrayBufferLike } }
    expect(result.bytes instanceof SharedArrayBuffer).toBe(share)
    expect([...new Uint8Array(result.bytes)]).toEqual([1, 2, 3])
  })

  it('goes as it is where there is too little memory for a shared copy', () => {
    vi.stubGlobal('SharedArrayBuffer', class { constructor() { tooLittle() } })
    ask(1, true)
    answer(1)
    expect(posted).toEqual([{ v: 1, id: 1, ok: true, result: { bytes: state(), step: 7 } }])
  })

  it.each([true, false])('is refused by a sentence where nothing can be handed over, and the program goes on (shared: %s)', (share) => {
    const rooms = [tooLittle]
    vi.stubGlobal('postMessage', (message: FromWorker) => { rooms.pop()?.(); posted.push(message) })
    ask(1, share)
    answer(1)
    expect(posted).toEqual([{ v: 1, id: 1, ok: false, error: {
      code: 'memory', message: 'There is too little memory to hand this over (RangeError: Array buffer allocation failed).',
    } }])
    ask(2, share)
    answer(2)
    expect(posted[1]).toMatchObject({ id: 2, ok: true })
  })
})
