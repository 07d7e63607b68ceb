import type { Page } from '@playwright/test'
import type { ModelName } from '../../src/run/words'
import { expect, openPage, test } from '../page'
import { native } from './native'
import { ordered, patience, rowOf, runs, token } from './server'

// A run begins in the page, goes on on the server, comes back and ends here,
// by the buttons that a person presses; nothing of that shows in its bits.

/** A run of the first epoch that the server is busy with for so many seconds, on a fast machine and a slow one. */
function config(model: ModelName, seconds: number) {
  const words = { recipe: 'report', seed: 42, batch: 37 } as const
  const { train_images_per_second: pace } = native({ model, batch: words.batch, steps: 5 }, 'bench') as { train_images_per_second: number }
  return { ...words, steps: Math.min(1400, Math.max(60, Math.round((seconds * pace) / words.batch))) }
}

const titles = { model1: 'Model 1', model2: 'Model 2' } as const
const liveOf = (page: Page, model: ModelName) => page.getByRole('region', { name: `${titles[model]}: Live` })
const open = (page: Page, view: 'Train' | 'Runs') => page.getByRole('link', { name: view, exact: true }).click()

/** The settings have no batch size: the run begins as a script's, and is the page's own from then on. */
async function begin(page: Page, model: ModelName, order: ReturnType<typeof config>) {
  await openPage(page, `#model=${model}&${token()}`)
  expect(page.url()).not.toContain('token')
  await page.evaluate(([name, order]) => { void window.atelier.train({ model: name, ...order, workers: 1 }) }, [model, order] as const)
  await expect(liveOf(page, model)).toContainText(/step [1-9]\d* of/, patience)
}

async function endsLike(page: Page, model: ModelName, order: ReturnType<typeof config>) {
  await expect(liveOf(page, model)).toContainText('done', { timeout: 600_000 })
  const undisturbed = native({ model, ...order, engine: 'core', out: `handover-${model}` })
  expect(await page.evaluate((name) => window.atelier.weightsSha256(name), model)).toBe(undisturbed.weights_sha256)
}

for (const model of ['model1', 'model2'] as const) {
  test(`${model} from the page to the server and back ends with the native bits`, async ({ page }) => {
    test.setTimeout(1_200_000)
    const order = config(model, 6)
    const live = liveOf(page, model)
    await begin(page, model, order)
    const before = (await runs(page)).map((run) => run.id)

    await open(page, 'Runs')
    await page.getByRole('button', { name: 'Continue on the server' }).click()
    await expect(page.getByRole('status')).toContainText(`${titles[model]} goes on training on the server`, patience)
    const { id, step: handed, config: there } = (await runs(page)).find((run) => !before.includes(run.id))!
    expect(handed).toBeGreaterThan(0)
    expect(there.batch).toBe(order.batch)
    await expect.poll(async () => (await runs(page)).find((run) => run.id === id)!.step, { ...patience, intervals: [50] }).toBeGreaterThan(handed)

    await rowOf(page, id).getByRole('button', { name: 'Bring it here' }).click()
    await expect(page.getByRole('status')).toContainText(`${titles[model]} has the server’s run now`, patience)
    const left = (await runs(page)).find((run) => run.id === id)!
    expect(left.state).toBe('paused')
    expect(left.environment.engine).toBe('core')
    expect(left.step).toBeGreaterThan(handed)
    expect(left.step).toBeLessThan(order.steps)

    await open(page, 'Train')
    await expect(live).toContainText(`step ${left.step.toLocaleString('en')} of ${order.steps.toLocaleString('en')}`)
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await endsLike(page, model, order)
  })
}

test.describe('what goes wrong', () => {
  test.use({ allowed: [/Failed to load resource/] })

  test('a hand-over that fails leaves the run training in the page, with a sentence and the native bits', async ({ page }) => {
    test.setTimeout(1_200_000)
    const model = 'model2'
    const order = config(model, 10)
    const live = liveOf(page, model)
    await begin(page, model, order)
    const before = (await runs(page)).map((run) => run.id)
    const step = async () => Number(/step ([\d,]+) of/.exec(await live.textContent() ?? '')![1]!.replace(',', ''))

    const fails = async (sentence: string) => {
      await open(page, 'Runs')
      await page.getByRole('button', { name: 'Continue on the server' }).click()
      await expect(page.getByRole('alert')).toContainText(`Model 2 stays here as it was. ${sentence}`, patience)
      await page.getByRole('button', { name: 'Dismiss' }).click()
      await open(page, 'Train')
      await expect(live).toContainText('training')
      const then = await step()
      await expect.poll(step, patience).toBeGreaterThan(then)
    }
    const uploads = /\/checkpoint\?/

    // The server goes away in the middle of the upload.
    await page.route(uploads, (route) => route.abort('connectionreset'))
    await fails('The server does not answer.')
    await page.unroute(uploads)

    // A bit is lost on the way: the server refuses the state.
    await page.route(uploads, (route) => {
      const body = route.request().postDataBuffer()!
      body[body.length >> 1]! ^= 4
      return route.continue({ postData: body })
    })
    await fails('The checkpoint was refused')
    await page.unroute(uploads)

    // The server's queue is full.
    const waiting: string[] = []
    for (;;) {
      const answer = await ordered(page, 'runs', { model, epochs: 1000 })
      if (answer.status() === 409) break
      waiting.push((await answer.json() as { id: string }).id)
    }
    await fails('16 runs wait already')
    expect((await runs(page)).map((run) => run.id).filter((id) => !before.includes(id) && !waiting.includes(id))).toEqual([])
    for (const id of waiting.reverse()) expect((await ordered(page, `runs/${id}/stop`)).status()).toBe(200)

    await endsLike(page, model, order)
  })
})
