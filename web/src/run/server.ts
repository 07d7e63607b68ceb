import type { Config, Device, EngineChoice, EpochEvent, RunDocument, ServerFailure } from '../protocol/program.gen'
import { theToken } from '../state/token'
import { t } from '../words'
import { newHistory, withChanges, type History, type Status } from './history'

export type { Device, RunDocument, ServerFailure }

/** What the server refused, in its own words; or that no answer of its own came. */
export class ServerError extends Error {
  readonly code: string
  /** Whether the server may have done what was asked: no answer came, or none of its own. */
  readonly unknown: boolean
  constructor(code: string, message: string, unknown = false) {
    super(message)
    this.code = code
    this.unknown = unknown
  }
}

export const isUnknown = (error: unknown) => error instanceof ServerError && error.unknown

export const sentenceOf = ({ message, hint }: ServerFailure) => [message, hint].filter(Boolean).join('. ')

const address = (path: string) => new URL(`api/${path}`, document.baseURI)

/** How long an answer may take, in milliseconds: the server itself waits ten seconds for a run to pause. */
const usual = 20_000
/** Measuring takes the server three minutes at most. */
const measuring = 200_000
/** A checkpoint goes up at 100 kB/s at least, and is looked through. */
const sending = (bytes: number) => 60_000 + bytes / 100
/** A download may take long, but may not stand still for so long. */
const stands = 30_000

const silent = (milliseconds: number) => new ServerError('no_server', t.trouble.serverSilent(Math.round(milliseconds / 1000)), true)

/** A browser tells of a broken connection by these, each in its own words. */
function told(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof DOMException) return new ServerError('no_server', t.trouble.noServer, true)
  return error instanceof SyntaxError ? new ServerError('no_server', t.trouble.serverGarbled, true) : error
}

/** Ends what `act` does after so long; `again` starts the clock anew. */
async function within<T>(limit: number, act: (signal: AbortSignal, again: () => void) => Promise<T>): Promise<T> {
  const end = new AbortController()
  let clock: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () => reject(silent(limit)))
  })
  const again = () => {
    clearTimeout(clock)
    clock = setTimeout(() => end.abort(), limit)
  }
  again()
  try {
    return await Promise.race([act(end.signal, again), late])
  } catch (error) {
    throw told(error)
  } finally {
    clearTimeout(clock)
  }
}

/** Sends one request; a refusal becomes the server's sentence. */
async function send(method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: object | ArrayBuffer): Promise<Response> {
  const headers: Record<string, string> = {}
  if (method === 'POST') {
    const token = theToken()
    if (!token) throw new ServerError('no_token', t.trouble.noToken)
    headers.Authorization = `Bearer ${token}`
    if (body) headers['Content-Type'] = body instanceof ArrayBuffer ? 'application/octet-stream' : 'application/json'
  }
  const content = body instanceof ArrayBuffer ? body : body && JSON.stringify(body)
  const answer = await fetch(address(path), { method, headers, signal, ...(content ? { body: content } : {}) })
  if (answer.ok) return answer
  const said = await answer.json().catch(() => null) as { error?: ServerFailure } | null
  const error = said?.error
  // Whoever stands between may say 502 of what the server has done.
  throw error ? new ServerError(error.code, sentenceOf(error)) : new ServerError('refused', t.trouble.serverSaid(answer.status), answer.status >= 500)
}

/** One request with its answer as JSON, within a time limit. */
const json = <T>(method: 'GET' | 'POST', path: string, body?: object | ArrayBuffer, limit = usual) =>
  within(limit, async (signal) => (await send(method, path, signal, body)).json() as Promise<T>)

/** A file, which may take as long as it goes on coming. */
const download = (path: string) => within(stands, async (signal, again) => {
  const answer = await send('GET', path, signal)
  const parts: BlobPart[] = []
  const reader = answer.body?.getReader()
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    parts.push(part.value)
    again()
  }
  return new Blob(parts).arrayBuffer()
})

const run = (id: string) => `runs/${encodeURIComponent(id)}`

export const server = {
  device: () => json<Device>('GET', 'device'),
  /** Trains both models for some steps to see how fast that is; refused while a run trains. */
  measure: () => json<Device>('POST', 'device', undefined, measuring),
  runs: async () => (await json<{ runs: RunDocument[] | null }>('GET', 'runs')).runs ?? [],
  run: (id: string) => json<RunDocument>('GET', run(id)),
  /** The number of workers is the server's own affair. */
  add: ({ workers: _, ...config }: Config, engine: EngineChoice = 'auto') => json<RunDocument>('POST', 'runs', { ...config, engine }),
  order: (id: string, what: 'pause' | 'resume' | 'stop') => json<RunDocument>('POST', `${run(id)}/${what}`),
  change: (id: string, key: string, value: number) => json('POST', `${run(id)}/changes`, { key, value }),
  takeOver: (id: string, bytes: ArrayBuffer, engine: EngineChoice) =>
    json<RunDocument>('POST', `${run(id)}/checkpoint?engine=${engine}`, bytes, sending(bytes.byteLength)),
  file: (id: string, which: 'best' | 'last') => download(`${run(id)}/${which}.safetensors`),
  /** The events of all runs, those missed since one with this id first. */
  events: (after: string) => new EventSource(address(`events${after && `?after=${after}`}`)),
}

/** The page's word for each state of the server's. */
export const statuses: Record<RunDocument['state'], Exclude<Status, 'idle' | 'starting'>> = {
  queued: 'queued', running: 'running', paused: 'paused', stopped: 'stopped', interrupted: 'stopped', done: 'done', failed: 'failed',
}

/** The history that a document tells. */
export function historyOf(document: RunDocument): History {
  const history = withChanges(newHistory(document.config, statuses[document.state]), document.changes ?? [])
  const epochs = (document.history ?? []).map((row): EpochEvent => ({
    ...row, event: 'epoch', step: row.step ?? 0, images_per_second: null, weights_sha256: row.weights_sha256 ?? '',
  }))
  const last = epochs.at(-1)
  return {
    ...history,
    ...(document.images ? { images: document.images } : {}),
    epochs,
    // In its first epoch a run has steps and no figures yet.
    live: document.step > 0
      ? { event: 'step', epoch: last?.epoch ?? 1, step: document.step, steps: document.steps, train_loss: last?.train_loss ?? NaN, train_acc: last?.train_acc ?? NaN, lr: last?.lr ?? document.config.lr ?? NaN, images_per_second: null, seconds: null }
      : null,
    end: document.state === 'done' && last ? { ...last, event: 'done', weights_sha256: document.result?.weights_sha256 ?? last.weights_sha256 } : null,
    trouble: document.error ? { event: 'failed', ...document.error } : null,
  }
}
