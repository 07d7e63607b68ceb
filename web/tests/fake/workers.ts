import type { Command } from '../../src/worker/protocol'

// Workers for unit tests, in place of the browser's: each answers as the program does, as far
// as a run's coming and going is concerned, and fails as the test says.

/** What a test has a worker do at a command: refuse it, say nothing to it, say nothing any more, or end. */
export type Fault = 'refuses' | 'ignores' | 'falls silent' | 'dies'

export class FakeWorker {
  static all: FakeWorker[] = []
  /** Faults to come: of the worker that is the nth with its name, at a command. */
  static faults: { name: string; nth?: number; at: string; does: Fault; message?: string }[] = []
  /** Names of workers that the browser does not make. */
  static refused: string[] = []
  static reset() {
    FakeWorker.all = []
    FakeWorker.faults = []
    FakeWorker.refused = []
  }
  static named = (name: string) => FakeWorker.all.filter((one) => one.name === name)
  static alive = () => FakeWorker.all.filter((one) => !one.ended).map(({ name }) => name).sort()

  onmessage: (event: { data: object }) => void = () => {}
  onerror: (event: object) => void = () => {}
  readonly name: string
  readonly heard: string[] = []
  ended = false
  going = false
  /** The run's step; null: there is no run. */
  step: number | null = null
  helpers = 0
  private readonly nth: number
  private silent = false

  constructor(_: URL, { name }: { name: string }) {
    if (FakeWorker.refused.includes(name)) throw new Error('no more workers')
    this.name = name
    this.nth = FakeWorker.named(name).length
    FakeWorker.all.push(this)
  }

  terminate() { this.ended = true }

  tell(event: object) {
    if (!this.ended) this.onmessage({ data: { v: 1, event } })
  }

  /** The run does so many steps, and tells of the last. */
  advance(steps: number) {
    if (!this.going) return
    this.step! += steps
    this.tell({ event: 'step', epoch: 1, step: this.step, steps: 1000, train_loss: 1, train_acc: 0.5, lr: 1e-3, images_per_second: 1, seconds: 1 })
  }

  postMessage(command: Command) {
    if (command.type !== 'ping') this.heard.push(command.type)
    const at = FakeWorker.faults.findIndex((fault) => fault.name === this.name && (fault.nth ?? this.nth) === this.nth && fault.at === command.type)
    const [fault] = at < 0 ? [] : FakeWorker.faults.splice(at, 1)
    if (fault?.does === 'falls silent') this.silent = true
    if (this.silent || fault?.does === 'ignores') return
    queueMicrotask(() => {
      if (this.ended) return
      if (fault?.does === 'dies') return this.tell({ event: 'dead', message: fault.message ?? 'The Go program ended with code 2.' })
      const { id } = command
      try {
        if (fault) throw { code: 'memory', message: fault.message ?? 'Array buffer allocation failed' }
        this.onmessage({ data: { v: 1, id, ok: true, result: this.answer(command) } })
      } catch (error) {
        if (!this.ended) this.onmessage({ data: { v: 1, id, ok: false, error } })
      }
    })
  }

  private answer(command: Command): object {
    switch (command.type) {
      case 'hello': return { version: 'fake', features: [], recipes: [] }
      case 'crew': // Whoever leads others gives up the run that it has.
        this.helpers = (command.ports as unknown[]).length
        this.step = null
        this.going = false
        return {}
      case 'train':
        this.step = 0
        this.going = command.paused !== true
        return { config: command.config as object, steps: 1000, images: 100 }
      case 'load': {
        const [step] = new Uint8Array(command.bytes as ArrayBuffer)
        this.step = step!
        this.going = false
        return { what: 'checkpoint', model: 'model1', step, steps: 1000, complete: step === 255 }
      }
      case 'state':
        if (this.step === null) throw { code: 'no_run', message: 'there is no run: press Train first' }
        return { bytes: new Uint8Array([this.step]).buffer, step: this.step }
      case 'resume':
        if (this.step === 255) throw { code: 'complete', message: 'the run has taken all of its 255 steps' }
        this.going = true
        return {}
      case 'pause':
        this.going = false
        return {}
      case 'step':
        setTimeout(() => {
          this.going = true
          this.advance(command.n as number)
          this.going = false
          this.tell({ event: 'status', status: 'paused' })
        }, 5)
        return {}
      default: return {}
    }
  }
}
