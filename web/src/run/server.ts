import { theToken } from '../state/token'
import { t } from '../words'
import { newHistory, withChanges, type History, type Status } from './history'
import type { Change, Config, EngineChoice, EpochEvent, ModelName } from './words'

export interface ServerFailure { code: string; message: string; hint?: string }

/** A run as the server tells of it (its run.json). */
export interface RunDocument {
  id: string
  state: 'queued' | 'running' | 'paused' | 'stopped' | 'interrupted' | 'done' | 'failed'
  config: Config
  changes?: Change[]
  step: number
  steps: number
  /** That an epoch trains on; absent in runs of an earlier server. */
  images?: number
  environment: { engine: string; device: string; workers: number }
  history: ({ epoch: number; step?: number; weights_sha256?: string } & Omit<EpochEvent, 'event' | 'step' | 'weights_sha256'>)[] | null
  result?: { weights_sha256: string }
  error?: ServerFailure
  /** In spite of which the run goes on: it could not be saved. */
  warning?: ServerFailure
}

export interface Device {
  engines: { name: string; device: string; workers: number; available: boolean; note?: string }[]
  cpus: number
  memory_bytes: number | null
  os: string
  arch: string
  speed: Record<ModelName, { images_per_second: number; from: string } | null>
  recipe_hours: Record<ModelName, number | null>
  seconds_left: number | null
}

/** What the server refused, in its own words. */
export class ServerError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export const sentenceOf = ({ message, hint }: ServerFailure) => [message, hint].filter(Boolean).join('. ')

const address = (path: string) => new URL(`api/${path}`, document.baseURI)

/** One request; a refusal becomes the server's sentence. */
async function ask(method: 'GET' | 'POST', path: string, body?: object | ArrayBuffer): Promise<Response> {
  const headers: Record<string, string> = {}
  if (method === 'POST') {
    const token = theToken()
    if (!token) throw new ServerError('no_token', t.trouble.noToken)
    headers.Authorization = `Bearer ${token}`
    if (body) headers['Content-Type'] = body instanceof ArrayBuffer ? 'application/octet-stream' : 'application/json'
  }
  let answer: Response
  try {
    const content = body instanceof ArrayBuffer ? body : body && JSON.stringify(body)
    answer = await fetch(address(path), { method, headers, ...(content ? { body: content } : {}) })
  } catch {
    throw new ServerError('no_server', t.trouble.noServer)
  }
  if (answer.ok) return answer
  const said = await answer.json().catch(() => null) as { error?: ServerFailure } | null
  const error = said?.error
  throw new ServerError(error?.code ?? 'refused', error ? sentenceOf(error) : t.trouble.serverSaid(answer.status))
}

const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T
const run = (id: string) => `runs/${encodeURIComponent(id)}`

export const server = {
  device: () => json<Device>(ask('GET', 'device')),
  /** Trains both models for some steps to see how fast that is; refused while a run trains. */
  measure: () => json<Device>(ask('POST', 'device')),
  runs: async () => (await json<{ runs: RunDocument[] | null }>(ask('GET', 'runs'))).runs ?? [],
  /** The number of workers is the server's own affair. */
  add: ({ workers: _, ...config }: Config, engine: EngineChoice = 'auto') => json<RunDocument>(ask('POST', 'runs', { ...config, engine })),
  order: (id: string, what: 'pause' | 'resume' | 'stop') => json<RunDocument>(ask('POST', `${run(id)}/${what}`)),
  change: (id: string, key: string, value: number) => ask('POST', `${run(id)}/changes`, { key, value }),
  takeOver: (id: string, bytes: ArrayBuffer, engine: EngineChoice) => json<RunDocument>(ask('POST', `${run(id)}/checkpoint?engine=${engine}`, bytes)),
  file: async (id: string, which: 'best' | 'last') => {
    const answer = await ask('GET', `${run(id)}/${which}.safetensors`)
    return answer.arrayBuffer().catch(() => { throw new ServerError('no_server', t.trouble.noServer) })
  },
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
    ...row, event: 'epoch', step: row.step ?? 0, images_per_second: row.images_per_second ?? null, weights_sha256: row.weights_sha256 ?? '',
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
