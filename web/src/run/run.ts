import { batch, computed, signal } from '@preact/signals'
import { hear, isActive, newHistory, type History } from './history'
import { newId } from './id'
import { beforeNextPicture } from './pictures'
import type { Session } from './session'
import type { Config, ProgressEvent, ReplacedEvent, RunEvent, StepEvent, ValidatingEvent } from './words'

/** A run as the views see it: a session and all that its events have told. */
export class Run {
  readonly id: string
  readonly session: Session
  readonly history
  readonly progress = signal<ProgressEvent | null>(null)
  /** Between an epoch's last step and its figures. */
  readonly validating = signal<ValidatingEvent | null>(null)
  /** The last worker that died and was replaced. */
  readonly replaced = signal<ReplacedEvent | null>(null)
  readonly status = computed(() => this.history.value.status)
  readonly active = computed(() => isActive(this.history.value.status))
  /** The hash of the weights of the last epoch, or of the end. */
  readonly sha = computed(() => {
    const { end, epochs } = this.history.value
    return end?.weights_sha256 ?? epochs.at(-1)?.weights_sha256 ?? null
  })
  /** Why the run that stands here may not go on for now, if so. */
  hold: () => string | null = () => null
  /** Counts the runs that have stood here. */
  edition = 0
  /** Hears every event after it has been taken in; of several steps taken in at once, the last. */
  onEvent: (event: RunEvent) => void = () => {}
  /** Steps that are taken in before the next picture. */
  private steps: StepEvent[] = []

  constructor(id: string, session: Session) {
    this.id = id
    this.session = session
    this.history = signal<History>(newHistory({ model: session.model }))
    session.subscribe((event) => this.take(event))
  }

  get model() {
    return this.session.model
  }

  private take(event: RunEvent) {
    if (event.event === 'step') {
      this.steps.push(event)
      beforeNextPicture(this.catchUp)
      return
    }
    this.catchUp()
    batch(() => {
      if (event.event === 'progress') this.progress.value = event.done < event.total ? event : null
      else if (event.event === 'validating') this.validating.value = event
      else if (event.event === 'replaced') this.replaced.value = event
      else {
        this.validating.value = null
        this.history.value = hear(this.history.peek(), event)
      }
    })
    this.onEvent(event)
  }

  /** Takes in the steps that wait, before anything else that the run tells or is asked for. */
  readonly catchUp = () => {
    const last = this.steps.at(-1)
    if (!last) return
    const steps = this.steps
    this.steps = []
    batch(() => {
      this.validating.value = null
      this.history.value = steps.reduce(hear, this.history.peek())
    })
    this.onEvent(last)
  }

  /** Resolves with false where the run was stopped before it began. */
  async start(config: Config, paused = false): Promise<boolean> {
    this.steps = []
    this.edition++
    this.history.value = { ...newHistory(config, 'starting'), run: newId() }
    this.replaced.value = null
    try {
      const begun = await this.session.start(config, paused)
      if (!begun) return false
      const { config: whole, images } = begun
      this.history.value = { ...this.history.peek(), config: whole, ...(images ? { images } : {}) }
      if (paused) this.settle('starting', 'paused')
      return true
    } catch (error) {
      this.history.value = { ...this.history.peek(), status: 'failed', trouble: asFailure(error) }
      throw error
    }
  }

  async pause() {
    await this.session.pause()
    this.settle('running', 'paused')
  }

  async resume() {
    this.askHold()
    await this.session.resume()
    this.settle('paused', 'running')
  }

  async stop() {
    await this.session.stop()
    if (this.status.peek() === 'starting') this.history.value = newHistory({ model: this.model })
    else if (this.active.peek()) this.history.value = { ...this.history.peek(), status: 'stopped' }
  }

  async step(n: number) {
    this.askHold()
    await this.session.step(n)
  }

  private askHold() {
    const why = this.hold()
    if (why) throw new Error(why)
  }

  async reset() {
    // One that waits for its workers goes at once.
    if (this.status.peek() === 'starting') await this.stop()
    await this.session.reset()
    this.steps = []
    this.edition++
    this.history.value = newHistory({ model: this.model })
    this.replaced.value = null
  }

  /** Puts a history in place that came from a file, an autosave or the server. */
  restore(history: History) {
    this.steps = []
    this.edition++
    this.replaced.value = null
    this.history.value = history
  }

  private settle(from: History['status'], to: History['status']) {
    const now = this.history.peek()
    if (now.status === from) this.history.value = { ...now, status: to }
  }
}

export function asFailure(error: unknown) {
  const { code = 'failed', message, hint } = error as { code?: string; message: string; hint?: string }
  return { event: 'failed' as const, code, message, ...(hint ? { hint } : {}) }
}
