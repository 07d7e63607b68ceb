import type { RunEvent } from '../run/words'
import { t } from '../words'
import { execAddress, program } from './program'
import type { CommandName, Commands, Failure, FromWorker } from './protocol'

/** A command that the worker refused, or that it could not answer. */
export class WorkerError extends Error {
  readonly code: string
  readonly hint: string | undefined
  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'WorkerError'
    this.code = failure.code
    this.hint = failure.hint
  }
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: WorkerError): void
}

/** Silence of this length means that the worker is stuck. */
const patience = 10_000
const beat = 2_500

/**
 * One worker and the commands on their way to it. `onEvent` hears the run's
 * events; `onDeath` is called once if the worker ends, throws or falls silent,
 * after which every command waiting or sent later is refused.
 */
export class Link {
  onEvent: (event: RunEvent) => void = () => {}
  onDeath: (reason: string) => void = () => {}
  private readonly worker: Worker
  private readonly waiting = new Map<number, Waiting>()
  private next = 1
  private gone: string | null = null
  private timer: ReturnType<typeof setInterval> | undefined
  private heard = Date.now()
  /** Late beats in a row without a word of the worker. */
  private late = 0

  private constructor(name: string) {
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name })
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(data)
    this.worker.onerror = (event) => {
      event.preventDefault()
      this.die(event.message || t.trouble.workerBlocked)
    }
  }

  /** Starts a worker, and the program in it later. */
  static begin(name: string): Link {
    const link = new Link(name)
    link.watch()
    // The worker's own scripts load while the program is compiled.
    void link.send('prepare', { exec: execAddress }, []).catch(() => {}) // told by `boot`, which needs them
    return link
  }

  /** Starts the Go program in it. */
  async boot() {
    await this.send('boot', { module: await program(), exec: execAddress }, [])
  }

  /** Starts a worker and the Go program in it. */
  static async open(name: string): Promise<Link> {
    const link = Link.begin(name)
    try {
      await link.boot()
    } catch (error) {
      link.close()
      throw error
    }
    return link
  }

  /** Starts a worker of each name; where one cannot be had, there are none. */
  static async openAll(names: readonly string[]): Promise<Link[]> {
    const ends = await Promise.allSettled(names.map((name) => Link.open(name)))
    const links = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    const failed = ends.find((end) => end.status === 'rejected')
    if (!failed) return links
    for (const link of links) link.close()
    throw failed.reason
  }

  call<K extends CommandName>(type: K, payload: Commands[K][0], transfer: Transferable[] = []): Promise<Commands[K][1]> {
    return this.send(type, payload, transfer) as Promise<Commands[K][1]>
  }

  close() {
    if (this.gone !== null) return
    this.end(t.trouble.workerClosed)
  }

  get alive(): boolean {
    return this.gone === null
  }

  private send(type: string, payload: object, transfer: Transferable[]): Promise<unknown> {
    if (this.gone !== null) return Promise.reject(new WorkerError({ code: 'dead', message: this.gone }))
    const id = this.next++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage({ ...payload, v: 1, id, type }, transfer)
    })
  }

  private hear(message: FromWorker) {
    if (this.gone !== null) return
    this.heard = Date.now()
    this.late = 0
    if ('event' in message) {
      if (message.event.event === 'dead') this.die(message.event.message)
      else this.onEvent(message.event)
      return
    }
    const waiting = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    if (message.ok) waiting?.resolve(message.result)
    else waiting?.reject(new WorkerError(message.error))
  }

  private watch() {
    let last = Date.now()
    this.timer = setInterval(() => {
      const now = Date.now()
      // A page that slept (a lid closed, a tab frozen) gives the worker its patience anew,
      // but only once: a hidden tab's clock may tick once a minute for good.
      if (now - last > 2 * beat && ++this.late === 1) this.heard = now
      last = now
      if (now - this.heard > patience) this.die(t.trouble.workerSilent)
      else void this.send('ping', {}, []).catch(() => {})
    }, beat)
  }

  private die(reason: string) {
    if (this.gone !== null) return
    this.end(reason)
    this.onDeath(reason)
  }

  private end(reason: string) {
    this.gone = reason
    clearInterval(this.timer)
    this.worker.terminate()
    for (const { reject } of this.waiting.values()) reject(new WorkerError({ code: 'dead', message: reason }))
    this.waiting.clear()
  }
}
