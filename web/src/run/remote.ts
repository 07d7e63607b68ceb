import { t } from '../words'
import { server, statuses, type RunDocument, type ServerFailure } from './server'
import { Listeners, type Ability, type Begun, type Session } from './session'
import { follow, hears, leave, type Streamed } from './stream'
import type { Config, ModelName, RunEvent } from './words'

/** States that a run leaves only when somebody asks for it. */
const atRest: readonly RunDocument['state'][] = ['done', 'failed', 'stopped', 'paused']

/** A model's run on the server: the same interface as one here, over its API. */
export class RemoteSession implements Session {
  readonly place = 'server'
  readonly model: ModelName
  readonly abilities: ReadonlySet<Ability> = new Set<Ability>(['change'])
  id: string
  /** Called with the run as the server knows it, at first and after each reconnection. */
  onDocument: (document: RunDocument) => void = () => {}

  /** Called when the server goes on with the run although it could not save it. */
  onUnsaved: (why: ServerFailure) => void = () => {}

  private readonly listeners = new Listeners()
  private following = false

  constructor(model: ModelName, id: string) {
    this.model = model
    this.id = id
  }

  subscribe(listener: (event: RunEvent) => void) {
    return this.listeners.add(listener)
  }

  /** Listens to the run, unless it is at rest. */
  follow(state: RunDocument['state']) {
    if (atRest.includes(state)) this.close()
    // After an interruption who listens waits for the server's next start; there is nothing to begin to listen for.
    else if (!this.following && state !== 'interrupted') {
      this.following = true
      follow(this.id, (event) => this.hear(event))
    }
  }

  /** Whether all that happens to the run is told here. */
  get hears() {
    return hears(this.id)
  }

  private hear(event: Streamed) {
    if (event.event === 'run') {
      this.onDocument(event.run)
      this.follow(event.run.state)
      return
    }
    if (event.event === 'unsaved') {
      this.onUnsaved(event.error)
      return
    }
    if (event.event !== 'state') {
      // Why training stopped, paused or for good, is what the state after it tells.
      if (event.event !== 'interrupted') this.listeners.tell(event)
      return
    }
    const { state, error } = event
    if (error) this.listeners.tell({ event: 'failed', ...error })
    else if (state !== 'done') this.listeners.tell({ event: 'status', status: statuses[state] })
    this.follow(state)
  }

  private take(document: RunDocument) {
    this.onDocument(document)
    this.follow(document.state)
  }

  async start(config: Config): Promise<Begun> {
    const document = await server.add(config)
    this.id = document.id
    this.take(document)
    return document
  }

  async pause() { this.take(await server.order(this.id, 'pause')) }
  async resume() { this.take(await server.order(this.id, 'resume')) }
  async stop() { this.take(await server.order(this.id, 'stop')) }
  step(): Promise<never> { return Promise.reject(new Error(t.trouble.notHere)) }
  reset(): Promise<never> { return Promise.reject(new Error(t.trouble.notHere)) }
  fingerprint(): Promise<never> { return Promise.reject(new Error(t.trouble.notHere)) }
  setWorkers(): Promise<void> {
    return Promise.reject(new Error(t.trouble.serversWorkers))
  }

  async change(key: string, value: number) { await server.change(this.id, key, value) }
  checkpoint() { return server.file(this.id, 'last') }
  weights(which: 'best' | 'last') { return server.file(this.id, which) }

  close() {
    if (!this.following) return
    this.following = false
    leave(this.id)
  }
}
