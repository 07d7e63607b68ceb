import type { Page } from '@playwright/test'
import type { ModelName } from '../../src/run/words'
import type { CommandName, Commands } from '../../src/worker/protocol'
import { expect, test } from '../page'
import { watchSteps } from './watch'

const source = { split: 'test' as const, index: 0 }

/** Asks a network's worker without the page. */
async function ask<K extends CommandName>(page: Page, model: ModelName, type: K, payload: Commands[K][0]): Promise<Commands[K][1]> {
  return page.evaluate(([model, type, payload]) => new Promise<never>((done, refused) => {
    const worker = (window as unknown as { byName: Record<string, Worker> }).byName[model]!
    const id = 1e6 + Math.random()
    const hear = ({ data }: MessageEvent) => {
      if (data.id !== id) return
      worker.removeEventListener('message', hear)
      if (data.ok) done(data.result as never)
      else refused(new Error(data.error.message))
    }
    worker.addEventListener('message', hear)
    worker.postMessage({ v: 1, id, type, ...payload })
  }), [model, type, payload as object] as const)
}

test.beforeEach(async ({ page }) => {
  await watchSteps(page)
  await page.addInitScript(() => {
    const byName: Record<string, Worker> = {}
    Object.assign(window, { byName })
    window.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options)
        if (options?.name) byName[options.name] = this
      }
    }
  })
  await page.goto('./#view=look&img=test-0')
  await page.evaluate(() => window.atelier.ready())
})

test('the score that is explained is that of the network, of every class and network', async ({ page }) => {
  test.setTimeout(120_000)
  for (const [model, title, last] of [['model1', 'Model 1', 'fc2'], ['model2', 'Model 2', 'classifier.4']] as const) {
    await expect(page.getByRole('region', { name: new RegExp(`^Why ${title} says `) })).toContainText('The probability of')
    const scores = (await ask(page, model, 'maps', { source, layer: last, scale: 'layer' })).lo
    for (let label = 0; label < 10; label++) {
      const { scores: told, class: explained } = await ask(page, model, 'evidence', { source, class: label })
      expect(explained).toBe(label)
      expect(Math.abs(told[label]! - scores[label]!), `${model}, class ${label}`).toBeLessThan(1e-3)
    }
    const { probabilities } = await ask(page, model, 'predict', source)
    const { named, probability, hi } = await ask(page, model, 'occlusion', { source })
    expect(probability).toBeCloseTo(Math.max(...probabilities), 6)
    expect(probability).toBeCloseTo(probabilities[named]!, 6)
    expect(hi).toBeLessThanOrEqual(probability)
    for (const wrong of [10, -1, 0.5]) {
      for (const type of ['evidence', 'occlusion'] as const) {
        await expect(ask(page, model, type, { source, class: wrong })).rejects.toThrow(`there is no class ${wrong}: 0 to 9 are possible`)
      }
    }
  }
})

test('a pause acts at once while patches are hidden, and training goes on meanwhile', async ({ page }) => {
  test.setTimeout(120_000)
  await page.evaluate(() => void window.atelier.train({ model: 'model2', epochs: 1, workers: 1 }))
  const step = () => page.evaluate(() => window.seen.at(-1)?.step ?? 0)
  await expect.poll(step, { timeout: 60_000 }).toBeGreaterThan(0)
  const before = await step()
  let answers = 0
  for (; answers < 60 && (await step()) <= before + 1; answers++) await ask(page, 'model2', 'occlusion', { source })
  expect(await step(), 'steps while patches are hidden').toBeGreaterThan(before)
  const taken = ask(page, 'model2', 'occlusion', { source })
  const begun = Date.now()
  await page.evaluate(() => window.atelier.pause())
  console.log(`paused after ${Date.now() - begun} ms, beside hidden patches`)
  expect(Date.now() - begun).toBeLessThan(3000)
  await taken
})
