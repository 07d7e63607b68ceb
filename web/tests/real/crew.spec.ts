import type { Page } from '@playwright/test'
import { expect, openPage, test } from '../page'
import { native } from './native'
import { watchSteps } from './watch'

// Several workers, one run: whatever happens to them, the bits are those of the native run.

const config = { recipe: 'report', seed: 42, limit: 512, steps: 6, batch: 37 } as const

const reference: Record<string, string> = {}
function nativeHash(model: string): string {
  return (reference[model] ??= native({ model, ...config, data: 'drawn', out: `crew-${model}` }).weights_sha256 as string)
}

const trained = (page: Page, model: 'model1' | 'model2', workers: number) => page.evaluate(async ([config, name, workers]) => {
  await window.atelier.train({ model: name, ...config, workers })
  return window.atelier.weightsSha256(name)
}, [config, model, workers] as const)

/** What a server without the isolation headers would send. */
async function withoutIsolation(page: Page) {
  await page.route('**/*', async (route) => {
    const answer = await route.fetch()
    const headers = answer.headers()
    delete headers['cross-origin-opener-policy']
    delete headers['cross-origin-embedder-policy']
    await route.fulfill({ response: answer, headers })
  })
}

for (const model of ['model1', 'model2'] as const) {
  test(`${model}: two and three workers in shared memory give the native bits`, async ({ page }) => {
    test.setTimeout(300_000)
    await openPage(page)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    for (const workers of [2, 3]) expect(await trained(page, model, workers)).toBe(nativeHash(model))
  })

  test(`${model}: two workers without shared memory give the native bits`, async ({ page }) => {
    test.setTimeout(300_000)
    await withoutIsolation(page)
    await openPage(page)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    expect(await trained(page, model, 2)).toBe(nativeHash(model))
  })
}

test('a run paused, stepped and given other numbers of workers ends with the native bits', async ({ page }) => {
  test.setTimeout(300_000)
  await openPage(page)
  await page.evaluate(async (config) => {
    const { atelier } = window
    const run = atelier.train({ model: 'model1', ...config, workers: 2 })
    // The run is there once the workers have started.
    while (!(await atelier.pause().then(() => true, () => false))) await new Promise((later) => setTimeout(later, 20))
    await atelier.step(1)
    await atelier.setWorkers(1)
    await atelier.step(1)
    await atelier.setWorkers(3)
    await atelier.resume()
    await run
  }, config)
  expect(await page.evaluate(() => window.atelier.weightsSha256('model1'))).toBe(nativeHash('model1'))
})

test('a run stopped in the middle of a step can be saved, and goes on elsewhere with the native bits', async ({ page }) => {
  test.setTimeout(300_000)
  await watchSteps(page)
  await openPage(page)
  await page.evaluate(async (config) => {
    const { atelier } = window
    void atelier.train({ model: 'model1', ...config, workers: 2 })
    while (!(await atelier.pause().then(() => true, () => false))) await new Promise((later) => setTimeout(later, 20))
    await atelier.step(2)
    const heard = window.seen.length
    await atelier.resume()
    while (window.seen.length === heard) await new Promise((later) => setTimeout(later, 5))
    await atelier.stop()
    await atelier.setWorkers(1)
    await atelier.step(6) // to the end: some are done
  }, config)
  expect(await page.evaluate(() => window.atelier.weightsSha256('model1'))).toBe(nativeHash('model1'))
})

test('a benchmark with two workers has the hash of one', async ({ page }) => {
  test.setTimeout(300_000)
  await openPage(page)
  const hashes = await page.evaluate(async () => {
    const hash = async (workers: number) => (await window.benchmarkTrain({ model: 2, batch: 64, steps: 3, workers })).weightsSha256
    return [await hash(1), await hash(2)]
  })
  expect(hashes[1]).toBe(hashes[0])
})

test('a benchmark of one image counts parts of a millisecond', async ({ page }) => {
  await openPage(page)
  const times = await page.evaluate(async () => {
    const one = () => window.benchmarkInfer({ model: 1, batch: 1, steps: 9 })
    return [(await one()).medianMs, (await one()).medianMs, (await one()).medianMs]
  })
  expect(times.filter((ms) => ms > 0 && !Number.isInteger(ms)), `medians ${times}`).not.toEqual([])
})
