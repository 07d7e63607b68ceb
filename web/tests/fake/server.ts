import { createHash } from 'node:crypto'
import type { RunDocument } from '../../src/run/server'

/**
 * What happens to a request: it is answered; the server acts and the answer is
 * lost, garbled, never sent, or another's 502; the server is down; or it refuses.
 */
export type Fate = 'ok' | 'lost' | 'garbled' | 'hangs' | 'gateway' | 'down' | 'breaks' | 'stalls' | { status: number; code: string }

type Route = 'checkpoint' | 'run' | 'pause' | 'resume' | 'file' | 'runs' | 'device'

const sha256 = (bytes: ArrayBuffer) => createHash('sha256').update(new Uint8Array(bytes)).digest('hex')

/** A server of runs for unit tests: each kind of request meets the fates that are planned for it, then it is answered. */
export class FakeServer {
  readonly runs = new Map<string, RunDocument>()
  readonly asked: string[] = []
  plan: Partial<Record<Route, Fate[]>> = {}
  /** The state that a run is in once it was told to pause. */
  paused: RunDocument['state'] = 'paused'

  add(id: string, state: RunDocument['state'], more: Partial<RunDocument> = {}) {
    const document: RunDocument = {
      id, state, step: 3, steps: 100, config: { model: 'model1', epochs: 5 }, history: [], ...more,
    }
    this.runs.set(id, document)
    return document
  }

  times(route: Route) {
    return this.asked.filter((one) => one === route).length
  }

  readonly fetch = (url: URL, { method, signal, body }: RequestInit): Promise<Response> => {
    const [, id = '', last] = url.pathname.replace('/api/', '').split('/')
    const route = (url.pathname.endsWith('/runs') ? 'runs' : url.pathname.endsWith('/device') ? 'device' : last?.endsWith('.safetensors') ? 'file' : last ?? 'run') as Route
    this.asked.push(route)
    const fate = this.plan[route]?.shift() ?? 'ok'
    const ended = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))))
    ended.catch(() => {})
    if (fate === 'down') return Promise.reject(new TypeError('Failed to fetch'))
    if (typeof fate === 'object') return Promise.resolve(refusal(fate.status, fate.code))
    const answer = method === 'POST' || route !== 'file' ? this.act(route, id, body as ArrayBuffer) : this.file(fate, signal)
    switch (fate) {
      case 'lost': return Promise.reject(new TypeError('Failed to fetch'))
      case 'hangs': return ended
      case 'gateway': return Promise.resolve(new Response('<h1>Bad Gateway</h1>', { status: 502 }))
      case 'garbled': return Promise.resolve(new Response('{"id":'))
      default: return Promise.resolve(answer)
    }
  }

  private act(route: Route, id: string, body: ArrayBuffer): Response {
    if (route === 'device') return Response.json({})
    if (route === 'runs') return Response.json({ runs: [...this.runs.values()] })
    if (route === 'checkpoint') return Response.json(this.add(id, 'running', { handed_over_sha256: sha256(body) }), { status: 201 })
    const run = this.runs.get(id)
    if (!run) return refusal(404, 'not_found')
    if (route === 'resume' && run.state === 'done') return refusal(409, 'conflict')
    if (route === 'pause') run.state = this.paused
    if (route === 'resume') run.state = 'running'
    return Response.json(run)
  }

  /** A checkpoint that comes whole, breaks off midway, or stands still there. */
  private file(fate: Fate, signal: AbortSignal | null | undefined): Response {
    return new Response(new ReadableStream({
      start(out) {
        out.enqueue(new Uint8Array(8))
        if (fate === 'breaks') out.error(new TypeError('network error'))
        else if (fate === 'stalls') signal?.addEventListener('abort', () => out.error(new DOMException('aborted', 'AbortError')))
        else out.close()
      },
    }))
  }
}

const refusal = (status: number, code: string) => Response.json({ error: { code, message: `Refused with ${code}`, hint: '' } }, { status })
