import { theData } from '../data/set'
import { usualWorkers } from '../models/recipes'
import { t } from '../words'
import { Link, WorkerError } from '../worker/link'
import type { CommandName, Commands, Recipe } from '../worker/protocol'
import { Checkpoints } from './checkpoints'
import { Crew, openHelpers } from './crew'
import { Listeners, type Ability, type Begun, type Session } from './session'
import type { Config, ModelName, RunEvent } from './words'

/** A dead worker is replaced, but not for ever: so many deaths within so many milliseconds end the run. */
const deaths = { most: 3, within: 5 * 60_000 }

/** After steps that were asked for, a run pauses or ends. */
const endsSteps = (event: RunEvent) =>
  event.event === 'status' ? event.status === 'paused' : event.event === 'done' || event.event === 'interrupted' || event.event === 'failed'

/**
 * A model's run in this browser: one worker that leads, and, when more are
 * asked for, helpers that take their shards of each batch. The last checkpoint
 * is kept here, so that a worker that dies costs ten seconds at most.
 */
export class LocalSession implements Session {
  readonly place = 'here'
  readonly model: ModelName
  readonly abilities: ReadonlySet<Ability> = new Set<Ability>(['change', 'workers'])
  /** None of a run that is starting: until it has reached its workers they may hold the one before it. */
  readonly checkpoints = new Checkpoints(async () => (this.starting ? null : this.call('state', { share: true })))
  /** Called with what the program can train by, once it is there. */
  onRecipes: (recipes: Recipe[]) => void = () => {}
  /** Called as soon as the program is in a worker, with what gives it weights; the images, which weights do not need, come after. */
  onProgram: (give: (weights: ArrayBufferLike) => Promise<void>) => Promise<void> | void = () => {}

  private readonly listeners = new Listeners()
  private lead: Promise<Link> | null = null
  private readonly crew: Crew
  /** The workers whose death is this session's. */
  private readonly guarded = new Set<Link>()
  /** While a dead worker is being replaced. */
  private revival: Promise<void> | null = null
  /** The run goes on once that is done. */
  private goesOn = false
  /** The last change of the workers' number: one at a time. */
  private changing: Promise<unknown> = Promise.resolve()
  /** Of the run that a worker without a checkpoint begins anew; null: there is none. */
  private config: Config | null = null
  /** The weights that were loaded, while there is no run: a new worker begins with them. */
  private loaded: ArrayBufferLike | null = null
  /** A run that waits for its workers; `sent` once it has reached them, and can no longer be called off. */
  private starting: { sent: boolean; off: boolean; end: Promise<Begun | null> } | null = null
  /** While `step` waits for the end of its steps. */
  private stepping = false
  private died: number[] = []
  private running = false
  /** How many runs have ended here. */
  private ends = 0
  /** A run has failed, and nothing has come in its place. */
  private lost = false

  constructor(model: ModelName) {
    this.model = model
    this.crew = new Crew(model, (link) => this.guard(link), (link) => this.guarded.delete(link))
  }

  subscribe(listener: (event: RunEvent) => void) {
    return this.listeners.add(listener)
  }

  /** A command to the leading worker, started if it is not there yet. */
  async call<K extends CommandName>(type: K, payload: Commands[K][0], transfer: Transferable[] = []): Promise<Commands[K][1]> {
    const link = await this.open()
    return link.call(type, payload, transfer)
  }

  /** The leading worker, with the program, the model and the data in it. */
  open(): Promise<Link> {
    this.lead ??= this.enter().catch((error: unknown) => {
      this.lead = null
      throw error
    })
    return this.lead
  }

  async start(config: Config, paused = false): Promise<Begun | null> {
    const before = this.starting
    if (before && !before.sent) before.off = true
    const starting = { sent: false, off: false, end: Promise.resolve<Begun | null>(null) }
    this.starting = starting
    this.lost = false
    starting.end = this.begin(config, paused, starting, before?.end)
    try {
      return await starting.end
    } finally {
      if (this.starting === starting) this.starting = null
    }
  }

  private async begin(config: Config, paused: boolean, starting: { sent: boolean; off: boolean }, before?: Promise<unknown>) {
    const { changing } = this
    await before?.catch(() => {}) // told where it was begun
    await changing
    await this.crew.gather(await this.open(), config.workers ?? usualWorkers(1))
    if (starting.off) return null
    starting.sent = true
    this.config = config
    const begun = await this.call('train', { config, paused })
    this.checkpoints.last = null
    this.loaded = null
    this.run(!paused)
    return begun
  }

  /** Calls off a run that waits for its workers. */
  private calledOff(): boolean {
    if (!this.starting || this.starting.sent) return false
    this.starting.off = true
    return true
  }

  /** Resolves when the run stands still: no event of it follows. */
  async pause() {
    // Only a run that is starting is waited for: commands keep the order in which they were given.
    if (this.starting && !(await this.starting.end)) return
    this.run(false)
    await this.evenIfItDies('pause')
    void this.checkpoints.keep()
  }

  async resume() {
    const { ends } = this
    await this.call('resume', {})
    // What has ended by then does not run.
    if (ends === this.ends) this.run(true)
  }

  async stop() {
    if (this.calledOff() || (this.starting && !(await this.starting.end))) return
    this.run(false)
    // The run that a new worker has taken up stands, and is still to be stopped.
    if (await this.evenIfItDies('stop') === 'replaced') await this.call('stop', {})
    void this.checkpoints.keep()
  }

  /** A worker that dies of a command is replaced by one whose run stands. */
  private async evenIfItDies(command: 'pause' | 'stop'): Promise<'done' | 'replaced'> {
    this.goesOn = false
    if (!this.revival) {
      try {
        await this.call(command, {})
        return 'done'
      } catch (error) {
        if (!(error instanceof WorkerError && error.code === 'dead' && this.revival)) throw error
      }
    }
    await this.revival
    return 'replaced'
  }

  async step(n: number) {
    const { ended, stop } = this.listeners.until(endsSteps)
    this.stepping = true
    try {
      await this.call('step', { n })
      this.run(true)
      await ended
    } finally {
      this.stepping = false
      stop()
    }
    void this.checkpoints.keep()
  }

  async reset() {
    this.calledOff()
    await this.changing
    await this.call('reset', {})
    this.checkpoints.last = null
    this.config = null
    this.loaded = null
    this.run(false)
  }

  async change(key: string, value: number) {
    const { step } = await this.call('change', { key, value })
    this.listeners.tell({ event: 'change', step, key, value })
    // A worker that dies later must not take the change with it.
    void this.checkpoints.keep()
  }

  setWorkers(workers: number) {
    const starting = this.starting?.end
    const change = this.changing.then(() => this.regroup(workers, starting))
    this.changing = change.catch(() => {}) // told to who asked
    return change
  }

  /** New helpers are ready before the old ones go; where they cannot be had, the run goes on as it did. */
  private async regroup(workers: number, starting?: Promise<unknown>) {
    await starting?.catch(() => {}) // told where it was begun
    const before = this.crew.size
    if (workers === before) return
    try {
      const helpers = await openHelpers(this.model, workers - 1)
      await this.revival
      const lead = await this.open()
      const { error, led } = await this.crew.exchange(lead, helpers, async () => {
        this.checkpoints.last = await lead.call('state', { share: true })
        return this.checkpoints.last.bytes
      })
      await (led ? this.goOn() : this.revival ?? this.replace(error!.message))
      if (error) throw error
    } catch (error) {
      const { code, message } = error as WorkerError
      if (code === 'no_run' || this.lost) throw error
      throw new Error(t.trouble.workersStay(t.models[this.model], workers, before, this.crew.size, message))
    }
  }

  /** A run that others have taken up does what it did. */
  private async goOn() {
    // It is not known how many steps are left.
    if (this.stepping) this.hear({ event: 'status', status: 'paused' })
    else if (this.running) await this.call('resume', {})
  }

  async fingerprint() {
    return (await this.call('fingerprint', {})).weights_sha256
  }

  async checkpoint() {
    return (await this.call('state', {})).bytes as ArrayBuffer
  }

  async weights(which: 'best' | 'last') {
    return (await this.call('weights', { which })).bytes
  }

  /** Takes weights or a checkpoint; a refused file leaves everything as it was. */
  async load(bytes: ArrayBufferLike) {
    await this.changing
    const found = await this.call('load', { bytes })
    this.lost = false
    // A worker that dies from now on is revived with what was loaded, not with the run before it.
    this.checkpoints.last = found.what === 'checkpoint' ? { bytes, step: found.step ?? 0 } : null
    this.loaded = found.what === 'weights' ? bytes : null
    this.config = null
    this.run(false)
    return found
  }

  close() {
    this.checkpoints.run(false)
    void this.lead?.then((link) => link.close(), () => {})
    this.lead = null
    this.crew.disband()
  }

  private async enter(): Promise<Link> {
    // Asked for now, so that a failure is the one that all share: later would be a try that nobody asked for.
    const asked = theData()
    asked.catch(() => {}) // told below, where it is waited for
    const link = await Link.open(this.model)
    link.onEvent = (event) => this.hear(event)
    const { recipes } = await link.call('hello', { model: this.model })
    this.onRecipes(recipes)
    const give = async (weights: ArrayBufferLike) => {
      await link.call('load', { bytes: weights })
      this.loaded = weights
    }
    await (this.loaded ? give(this.loaded) : this.onProgram(give))
    const images = await asked.catch((error: unknown) => {
      link.close()
      throw error
    })
    await link.call('data', images.forWorker())
    this.guard(link)
    return link
  }

  /** A worker of this session's that dies is replaced, unless it was replaced already. */
  private guard(link: Link) {
    this.guarded.add(link)
    link.onDeath = (reason) => { if (this.guarded.has(link)) void this.replace(reason) }
  }

  private replace(reason: string): Promise<void> {
    const revival = this.revive(reason).finally(() => { if (this.revival === revival) this.revival = null })
    this.revival = revival
    return revival
  }

  private hear(event: RunEvent) {
    if (event.event === 'step' && this.running) this.checkpoints.tick()
    if (event.event === 'status' && event.status === 'paused') this.run(false)
    if (event.event === 'done' || event.event === 'interrupted' || event.event === 'failed') {
      this.run(false)
      this.ends++
      if (event.event !== 'failed') void this.checkpoints.keep()
    }
    this.listeners.tell(event)
  }

  private run(on: boolean) {
    this.running = on
    this.checkpoints.run(on)
    if (on) this.listeners.tell({ event: 'status', status: 'running' })
  }

  /** A worker died: begin again from the last checkpoint, or say why not. */
  private async revive(reason: string) {
    const now = Date.now()
    this.died = [...this.died.filter((at) => now - at < deaths.within), now]
    // A run that was to do some steps and pause does not go on by itself.
    const { stepping } = this
    this.goesOn ||= this.running && !stepping
    const old = this.lead
    this.run(false)
    this.lead = null
    this.guarded.clear()
    void old?.then((link) => link.close(), () => {})
    this.crew.disband()
    if (this.died.length >= deaths.most) {
      this.fail(t.trouble.workerDiedOften(reason, this.checkpoints.last !== null))
      return
    }
    const died = this.died
    try {
      await this.crew.gather(await this.open(), this.crew.size)
      const found = this.checkpoints.last && await this.call('load', { bytes: this.checkpoints.last.bytes })
      // With no checkpoint yet the run begins anew: its steps have the same bits again.
      if (!found && this.config) await this.call('train', { config: this.config, paused: true })
      this.listeners.tell({ event: 'replaced', step: this.checkpoints.last?.step ?? 0, reason })
      const { goesOn } = this
      this.goesOn = false
      if (found?.complete) this.hear({ event: 'status', status: 'done' })
      else if (goesOn) await this.resume()
      else if (stepping) this.listeners.tell({ event: 'status', status: 'paused' })
    } catch (error) {
      // Where a worker died meanwhile, another revival tells the end.
      if (died === this.died) this.fail(t.trouble.workerDied(reason, String((error as Error).message)))
    }
  }

  private fail(message: string) {
    this.lost = true
    this.listeners.tell({ event: 'failed', code: 'worker', message })
  }
}
