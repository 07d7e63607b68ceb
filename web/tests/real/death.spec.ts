import type { Page, Worker } from '@playwright/test'
import { expect, openPage, test } from '../page'
import { keptStep } from '../slots'
import { native } from './native'
import { reached, watchSteps } from './watch'

// With the real program: a worker dies in the middle of a run, the leader or a
// helper, with an error that ends the Go program or silently, in an endless loop. The
// run goes on from the last saved state and ends with the native bits.

const config = { recipe: 'report', seed: 42, limit: 512, batch: 37, steps: 12 } as const

let reference: string | undefined
const nativeHash = () => (reference ??= native({ model: 'model1', ...config, data: 'drawn', out: 'death-model1' }).weights_sha256 as string)

/** What a dying worker's scope has. */
interface Scope {
  name: string
  atelier: { send(message: { event?: { event: string; step?: number } }, transfer?: Transferable[]): void }
}

async function named(page: Page, name: string): Promise<Worker> {
  for (const worker of page.workers()) {
    if ((await worker.evaluate(() => (globalThis as unknown as Scope).name)) === name) return worker
  }
  throw new Error(`there is no worker ${name}`)
}

type Death = 'throws' | 'falls silent'

/** The leader dies when it is to tell of step 6 or a later one. */
const doomLeader = (worker: Worker, death: Death) => worker.evaluate((death) => {
  const scope = globalThis as unknown as Scope
  const { send } = scope.atelier
  scope.atelier.send = (message, transfer) => {
    if (message.event?.event !== 'step' || message.event.step! < 6) return send(message, transfer)
    if (death === 'throws') throw new RangeError('Out of memory')
    for (;;);
  }
}, death)

/** A helper in shared memory dies when it comes to a later meeting. */
const doomHelper = (worker: Worker, death: Death) => worker.evaluate((death) => {
  const compareExchange = Atomics.compareExchange.bind(Atomics) as (array: Int32Array, index: number, from: number, to: number) => number
  let meetings = 0
  Object.assign(Atomics, { compareExchange: (array: Int32Array, index: number, from: number, to: number) => {
    if (++meetings <= 8) return compareExchange(array, index, from, to)
    if (death === 'throws') throw new RangeError('Out of memory')
    for (;;);
  } })
}, death)

for (const who of ['leader', 'helper'] as const) {
  for (const death of ['throws', 'falls silent'] as const) {
    test(`a ${who} that ${death} in the middle of a run is replaced, and the run has the native bits`, async ({ page }) => {
      test.setTimeout(300_000)
      await watchSteps(page)
      await openPage(page)
      const workers = who === 'leader' ? 1 : 2
      await page.evaluate(async ([config, workers]) => {
        const { atelier } = window
        const run = atelier.train({ model: 'model1', ...config, workers })
        Object.assign(window, { run })
        await atelier.pause()
      }, [config, workers] as const)
      await expect.poll(() => keptStep(page, 'model1')).not.toBeNull()
      const worker = await named(page, who === 'leader' ? 'model1' : 'model1 helper 1')
      await (who === 'leader' ? doomLeader : doomHelper)(worker, death)
      await page.evaluate(() => window.atelier.resume('model1'))
      await reached(page, 'model1', config.steps)
      const end = await page.evaluate(() => (window as unknown as { run: Promise<{ step: number; weights_sha256: string }> }).run)
      expect(end.step).toBe(config.steps)
      expect(end.weights_sha256).toBe(nativeHash())
      // It was another worker that ended the run.
      expect(page.workers()).not.toContain(worker)
      await expect(page.getByRole('region', { name: 'Model 1: Live' })).toContainText('was replaced')
    })
  }
}
