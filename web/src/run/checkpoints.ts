import type { WorkerError } from '../worker/link'
import type { StateResult } from '../protocol/program.gen'

/** Its bytes are shared memory where the page is isolated. */
export type Checkpoint = StateResult

const every = 10_000

/** The checkpoints of a run under way: one every ten seconds, and whenever one is asked for. */
export class Checkpoints {
  last: Checkpoint | null = null
  /** Called with each new one. */
  onKept: (kept: Checkpoint) => void = () => {}
  /** Called where one cannot be had although the worker lives, with the reason. */
  onUnkept: (why: string) => void = () => {}

  private readonly fetch: () => Promise<Checkpoint | null>
  private timer: ReturnType<typeof setInterval> | undefined
  /** When one was last asked for. */
  private asked = 0
  private busy = false
  private again = false

  /** `fetch` gives null where there is none to be had at the moment. */
  constructor(fetch: () => Promise<Checkpoint | null>) {
    this.fetch = fetch
  }

  /** Begins to make them, or leaves off. */
  run(on: boolean) {
    clearInterval(this.timer)
    if (!on) return
    this.asked = Date.now()
    this.timer = setInterval(() => void this.keep(), every)
  }

  /** A hidden tab's clock may tick once a minute; the worker's events still come. */
  tick() {
    if (Date.now() - this.asked > every) void this.keep()
  }

  /** Fetches one; one at a time, and once more where it was asked for meanwhile. */
  async keep() {
    this.asked = Date.now()
    this.again = true
    if (this.busy) return
    this.busy = true
    while (this.again) {
      this.again = false
      await this.fetchOne()
    }
    this.busy = false
  }

  private async fetchOne() {
    try {
      const found = await this.fetch()
      if (!found) return
      this.last = found
      this.onKept(found)
    } catch (error) {
      // A worker that has just died is revived from the checkpoint before, and a run that is gone needs none.
      const { code, message } = error as WorkerError
      if (!['dead', 'no_run', 'replaced'].includes(code)) this.onUnkept(message)
    }
  }
}
