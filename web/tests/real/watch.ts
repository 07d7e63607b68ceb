import type { Page } from '@playwright/test'
import type { ModelName } from '../../src/run/words'

/** A step event as it reached the page: when (milliseconds), whose, and how far the run was. */
export interface Seen { at: number; model: string; step: number }

declare global {
  interface Window {
    seen: Seen[]
  }
}

/** Has the page write down every step event of every worker. Before the page opens. */
export async function watchSteps(page: Page) {
  await page.addInitScript(() => {
    window.seen = []
    window.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options)
        this.addEventListener('message', ({ data }) => {
          if (data.event?.event === 'step') window.seen.push({ at: performance.now(), model: options?.name ?? '', step: data.event.step })
        })
      }
    }
  })
}

/** Waits until a model's run has told of at least this step. */
export const reached = (page: Page, model: ModelName, step: number) =>
  page.waitForFunction(([model, step]) => window.seen.some((one) => one.model === model && one.step >= step), [model, step] as const, { timeout: 120_000, polling: 20 })
