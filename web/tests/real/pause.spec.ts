import type { Page } from '@playwright/test'
import { expect, openPage, test } from '../page'
import { keptStep } from '../slots'
import { native } from './native'
import { reached, watchSteps } from './watch'

// What says "paused" stands still: no event of the run follows it, neither of the
// step that was under way nor of the saving, and the run ends with the native bits.

const config = { recipe: 'report', seed: 42, limit: 512, batch: 37, steps: 12 } as const

/** Pauses a run under way; gives the last step told when the promise resolved, and after the run has been kept. */
async function pausedAt(page: Page) {
  const told = await page.evaluate(async () => {
    await window.atelier.pause('model1')
    return window.seen.at(-1)!.step
  })
  // Keeping came after the pause: in it the step under way was once completed.
  await expect.poll(() => keptStep(page, 'model1')).toBe(told)
  return [told, await page.evaluate(() => window.seen.at(-1)!.step)]
}

for (const workers of [1, 2]) {
  test(`a pause anywhere in a step is the last that is heard, with ${workers} ${workers > 1 ? 'workers' : 'worker'}`, async ({ page }) => {
    test.setTimeout(300_000)
    await watchSteps(page)
    await openPage(page)
    await page.evaluate(([config, workers]) => {
      Object.assign(window, { run: window.atelier.train({ model: 'model1', ...config, workers }) })
    }, [config, workers] as const)
    const live = page.getByRole('region', { name: 'Model 1: Live' })
    for (let step = 1; step <= 4; step++) {
      await reached(page, 'model1', step)
      const [told, later] = await pausedAt(page)
      expect(later).toBe(told)
      await expect(live).toContainText('paused')
      await expect(live).toContainText(`step ${told} of ${config.steps}`)
      if (told! >= config.steps - 1) break
      await page.evaluate(() => window.atelier.resume('model1'))
    }
    // Stepping, and going on in the midst of a pause, change nothing either.
    await page.evaluate(async () => {
      const { atelier } = window
      await atelier.step(1, 'model1')
      await atelier.resume('model1')
      void atelier.pause('model1')
      await atelier.resume('model1')
    })
    const end = await page.evaluate(() => (window as unknown as { run: Promise<{ event: string; weights_sha256: string }> }).run)
    expect(end.event).toBe('done')
    expect(end.weights_sha256).toBe(native({ model: 'model1', ...config, data: 'drawn', out: 'pause-model1' }).weights_sha256)
  })
}

test('a paused run that is stopped has its end told, can go on, and takes no step after its last', async ({ page }) => {
  test.setTimeout(300_000)
  await watchSteps(page)
  await openPage(page)
  const first = await page.evaluate(async (config) => {
    const { atelier } = window
    const run = atelier.train({ model: 'model1', ...config, workers: 2 })
    while (window.seen.length === 0) await new Promise((later) => setTimeout(later, 5))
    await atelier.pause('model1')
    await atelier.stop('model1')
    return (await run).event
  }, config)
  expect(first).toBe('interrupted')
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText('stopped')
  await page.evaluate(() => window.atelier.resume('model1'))
  await expect(live).toContainText('done', { timeout: 120_000 })
  // There is no step left: a script that asks for one once waited for ever.
  await expect(page.evaluate(() => window.atelier.step(1, 'model1'))).rejects.toThrow('the run has taken all of its 12 steps')
})
