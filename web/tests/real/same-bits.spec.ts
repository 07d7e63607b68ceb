import { expect, openPage, test } from '../page'
import { native } from './native'
import { watchSteps } from './watch'

// The page's promise: the same run here and on the command line ends with the same bits.
for (const model of ['model1', 'model2'] as const) {
  test(`${model} in the page, with the network cut, equals the native run`, async ({ page, context }) => {
    test.setTimeout(300_000)
    await openPage(page)
    await context.setOffline(true)
    const here = await page.evaluate(async (name) => {
      await window.atelier.train({ model: name, recipe: 'report', seed: 42, limit: 2048, steps: 16 })
      return window.atelier.weightsSha256(name)
    }, model)
    const there = native({ model, recipe: 'report', seed: 42, limit: 2048, steps: 16, out: `native-${model}` })
    expect(here).toBe(there.weights_sha256)
  })
}

test('a run paused in the middle and helped by a second worker ends with the bits of one that was not', async ({ page }) => {
  test.setTimeout(300_000)
  await watchSteps(page)
  await openPage(page)
  const [alone, helped] = await page.evaluate(async () => {
    const config = { model: 'model1', seed: 7, limit: 512, steps: 6 } as const
    const first = await window.atelier.train(config)
    const heard = window.seen.length
    const run = window.atelier.train({ ...config, workers: 2 })
    while (window.seen.length < heard + 2) await new Promise((next) => setTimeout(next, 5))
    await window.atelier.pause('model1')
    await window.atelier.resume('model1')
    return [first.weights_sha256, (await run.done).weights_sha256]
  })
  expect(helped).toBe(alone)
})

test('the benchmark in the page has the native benchmark’s hash', async ({ page }) => {
  test.setTimeout(300_000)
  await openPage(page)
  const here = await page.evaluate(() => window.benchmarkTrain({ model: 1, batch: 128, steps: 2, workers: 1 }))
  const there = native({ model: 'model1', batch: 128, steps: 2, workers: 1 }, 'bench')
  expect(here.weightsSha256).toBe(there.weights_sha256)
  expect(here.imagesPerSecond).toBeGreaterThan(1)
})
