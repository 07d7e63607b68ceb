import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RunDocument } from '../../src/run/server'

vi.mock('../../src/state/token', () => ({ theToken: () => 'secret' }))

const { historyOf, server } = await import('../../src/run/server')

describe('the engine that is chosen for runs on the server', () => {
  afterEach(() => vi.unstubAllGlobals())

  /** The requests that were sent, all answered with an empty document. */
  function listen() {
    const asked: { url: string; body: unknown }[] = []
    vi.stubGlobal('document', { baseURI: 'http://localhost/' })
    vi.stubGlobal('fetch', (url: URL, { body }: RequestInit) => {
      asked.push({ url: url.href, body })
      return Promise.resolve(new Response('{}'))
    })
    return asked
  }

  it('goes with a new run, and the number of workers does not', async () => {
    const asked = listen()
    await server.add({ model: 'model2', recipe: 'report', workers: 4 }, 'gomlx')
    expect(asked).toHaveLength(1)
    expect(asked[0]!.url).toBe('http://localhost/api/runs')
    expect(JSON.parse(asked[0]!.body as string)).toEqual({ model: 'model2', recipe: 'report', engine: 'gomlx' })
  })

  it('goes with a run that is handed over', async () => {
    const asked = listen()
    await server.takeOver('a run', new ArrayBuffer(8), 'core')
    expect(asked[0]!.url).toBe('http://localhost/api/runs/a%20run/checkpoint?engine=core')
  })
})

describe('the history of a run on the server', () => {
  it('has its images, and the end that it was given later', () => {
    const document: RunDocument = {
      id: 'a', state: 'running', config: { model: 'model1', epochs: 12 }, changes: [{ step: 5, key: 'epochs', value: 20 }],
      step: 29, steps: 580, images: 3600, history: null as unknown as [], // as an earlier server wrote it
    }
    expect(historyOf(document)).toMatchObject({ images: 3600, config: { epochs: 20 }, changes: document.changes })
  })
})
