import { theData } from '../data/set'
import { t } from '../words'
import { Link } from '../worker/link'
import type { ModelName } from './words'

/** So long, in milliseconds, may a helper take for anything that makes it ready: the program and the images are in the page by then. */
const patience = 60_000

/** Waits no longer than that. */
function within<T>(act: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(t.trouble.helperLate)), patience)
    act.then(resolve, reject).finally(() => clearTimeout(late))
  })
}

/** Starts so many helpers, with the model and the data in them; where one cannot be had, there are none. No leader hears of them yet. */
export async function openHelpers(model: ModelName, count: number): Promise<Link[]> {
  const links: Link[] = []
  try {
    for (let i = 1; i <= count; i++) links.push(Link.begin(`${model} helper ${i}`))
    await within(Promise.all(links.map(async (link) => {
      await link.boot()
      await prepare(link, model)
    })))
    return links
  } catch (error) {
    for (const link of links) link.close()
    throw error
  }
}

async function prepare(link: Link, model: ModelName) {
  await link.call('hello', { model })
  await link.call('data', (await theData()).forWorker())
}

/** Tells helpers that they are to help; gives the ports by which their leader will reach them. */
const greet = (helpers: readonly Link[]): Promise<MessagePort[]> =>
  within(Promise.all(helpers.map(async (helper, i) => {
    const { port1, port2 } = new MessageChannel()
    await helper.call('help', { rank: i + 1, port: port2 }, [port2])
    return port1
  })))

/** Makes all but the first worker helpers of the first: each is joined with it by a message port. */
export async function join(links: readonly Link[], model: ModelName) {
  const [lead, ...helpers] = links
  await Promise.all(helpers.map((helper) => prepare(helper, model)))
  const ports = await greet(helpers)
  await lead!.call('crew', { ports }, ports)
}

/** The workers of a run beside the one that leads. */
export class Crew {
  /** How many take part in all. */
  size = 1
  private helpers: Link[] = []
  private readonly model: ModelName
  private readonly guard: (link: Link) => void
  private readonly unguard: (link: Link) => void

  /** From when helpers take part in a run until they are let go, their death is the run's: they are guarded. */
  constructor(model: ModelName, guard: (link: Link) => void, unguard: (link: Link) => void) {
    this.model = model
    this.guard = guard
    this.unguard = unguard
  }

  /** Starts helpers so that `workers` in all take part. The run that the leader has makes room. */
  async gather(lead: Link, workers: number) {
    const helpers = await openHelpers(this.model, workers - 1)
    const old = this.helpers
    try {
      await this.lead(lead, helpers)
    } catch (error) {
      this.dismiss(helpers)
      throw error
    }
    this.dismiss(old)
  }

  /**
   * Has the leader go on from its run's state with others, which are ready; where it cannot, with the helpers that it had,
   * or with none. Gives what went wrong, and whether the leader still has the run.
   */
  async exchange(lead: Link, helpers: Link[], fetch: () => Promise<ArrayBufferLike>): Promise<{ error: Error | null; led: boolean }> {
    const old = this.helpers
    const state = await fetch().catch((error: unknown) => {
      this.dismiss(helpers)
      throw error
    })
    try {
      await this.lead(lead, helpers, state)
      this.dismiss(old)
      return { error: null, led: true }
    } catch (error) {
      this.dismiss(helpers)
      return { error: error as Error, led: await this.goBack(lead, old, state) }
    }
  }

  private async goBack(lead: Link, old: Link[], state: ArrayBufferLike): Promise<boolean> {
    for (const helpers of old.length > 0 ? [old, []] : [old]) {
      if (!lead.alive) return false
      try {
        await this.lead(lead, helpers, state)
        if (helpers !== old) this.dismiss(old)
        return true
      } catch {
        // The next is tried; in the end the leader is replaced.
      }
    }
    return false
  }

  /** The leader takes these helpers, for which it gives up the run that it has, and takes it again from its state. */
  private async lead(lead: Link, helpers: Link[], state?: ArrayBufferLike) {
    const ports = await greet(helpers)
    if (!helpers.every((helper) => helper.alive)) throw new Error(t.trouble.workerClosed)
    helpers.forEach(this.guard)
    await lead.call('crew', { ports }, ports)
    if (state) await lead.call('load', { bytes: state })
    this.helpers = helpers
    this.size = helpers.length + 1
  }

  /** Lets all helpers go; `size` still says how many there are to be. */
  disband() {
    this.dismiss(this.helpers)
    this.helpers = []
  }

  private dismiss(helpers: readonly Link[]) {
    for (const helper of helpers) {
      this.unguard(helper)
      helper.close()
    }
  }
}
