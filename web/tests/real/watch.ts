import type { Page } from '@playwright/test'
import type { ModelName } from '../../src/run/words'

/** A step event as it reached the page: when (milliseconds), whose, and how far the run was. */
export interface Seen { at: number; model: string; step: number }

declare global {
  interface Window {
    seen: Seen[]
    longTasks: number[]
  }
}

/** Has the page write down every step event of every worker, and every task over 50 ms. Before the page opens. */
export const watchSteps = (page: Page) => page.addInitScript(record)

/** Runs in the page. */
export function record() {
  window.seen = []
  window.longTasks = []
  window.Worker = class extends Worker {
    constructor(address: string | URL, options?: WorkerOptions) {
      super(address, options)
      this.addEventListener('message', ({ data }) => {
        if (data.event?.event === 'step') window.seen.push({ at: performance.now(), model: options?.name ?? '', step: data.event.step })
      })
    }
  }
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longTasks.push(duration) }).observe({ type: 'longtask' })
}

/** Waits until a model's run has told of at least this step. */
export const reached = (page: Page, model: ModelName, step: number) =>
  page.waitForFunction(([model, step]) => window.seen.some((one) => one.model === model && one.step >= step), [model, step] as const, { timeout: 120_000, polling: 20 })

export const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
