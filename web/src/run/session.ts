import type { TrainResult } from '../protocol/program.gen'
import type { Config, ModelName, RunEvent } from './words'

/** What a session may be unable to do where it runs. */
export type Ability = 'change' | 'workers'

/** What a run that has begun tells of itself. */
export type Begun = Pick<TrainResult, 'config'> & Partial<Pick<TrainResult, 'images'>>

/**
 * One model's run, wherever it computes: in this browser's workers (local.ts) or
 * on the server (remote.ts). Both emit the same events, so that every view shows
 * both alike. Each call resolves once it has taken effect.
 */
export interface Session {
  readonly place: 'here' | 'server'
  readonly model: ModelName
  readonly abilities: ReadonlySet<Ability>
  /** Hears every event from now on; the returned function ends it. */
  subscribe(listener: (event: RunEvent) => void): () => void
  /** Starts a run from new weights; resolves with null where it was stopped before it began. */
  start(config: Config, paused?: boolean): Promise<Begun | null>
  pause(): Promise<void>
  resume(): Promise<void>
  /** Ends the run; its weights stay. */
  stop(): Promise<void>
  /** Does n steps and pauses. */
  step(n: number): Promise<void>
  /** Forgets the run and its weights. */
  reset(): Promise<void>
  change(key: string, value: number): Promise<void>
  /** Goes on with so many workers, which changes no number of the run. */
  setWorkers(workers: number): Promise<void>
  fingerprint(): Promise<string>
  /** The whole state, as a checkpoint file. */
  checkpoint(): Promise<ArrayBuffer>
  weights(which: 'best' | 'last'): Promise<ArrayBuffer>
  close(): void
}

/** The listeners of a session. */
export class Listeners {
  private readonly all = new Set<(event: RunEvent) => void>()

  add(listener: (event: RunEvent) => void): () => void {
    this.all.add(listener)
    return () => this.all.delete(listener)
  }

  /** Resolves at the first event that ends what is waited for; `stop` waits no longer. */
  until(ends: (event: RunEvent) => boolean): { ended: Promise<void>; stop: () => void } {
    let stop = () => {}
    const ended = new Promise<void>((resolve) => { stop = this.add((event) => { if (ends(event)) resolve() }) })
    return { ended, stop }
  }

  tell(event: RunEvent) {
    for (const listener of this.all) listener(event)
  }
}
