import type { Page } from '@playwright/test'
import { expect, openPage, test } from '../page'
import { ordered, patience, rowOf, runs, token } from './server'

// An answer is lost while a run moves between the page and the server: wherever
// that happens, the run trains in one place, and the page says in which.

test.use({ allowed: [/Failed to load resource/] })

const at = 'drawn-address'
const config = { recipe: 'report', seed: 42, batch: 37, epochs: 1000, workers: 1 } as const
const open = (page: Page, view: 'Train' | 'Runs' | 'Keep') => page.getByRole('link', { name: view, exact: true }).click()
const liveOf = (page: Page) => page.getByRole('region', { name: 'Model 1: Live' })
const onTheWay = (page: Page) => page.getByRole('region', { name: 'Runs on their way' })
const stateOf = async (page: Page, id: string) => (await runs(page)).find((run) => run.id === id)?.state
const working = async (page: Page) => (await runs(page)).filter(({ state }) => state === 'running' || state === 'queued').map(({ id }) => id)

/** Model 1 trains in the page, and Runs is open. */
async function begin(page: Page) {
  await openPage(page, `#model=model1&${token(at)}`)
  await page.evaluate((config) => { void window.atelier.train({ model: 'model1', ...config }) }, config)
  await expect(liveOf(page)).toContainText(/step [1-9]\d* of/, patience)
  await open(page, 'Runs')
}

test.afterEach(async ({ page }) => {
  await page.unrouteAll()
  for (const id of await working(page)) expect((await ordered(page, `runs/${id}/stop`, undefined, at)).status()).toBe(200)
})

test('the server has taken the run and its answer is lost', async ({ page }) => {
  test.setTimeout(240_000)
  await begin(page)
  const uploads = /\/checkpoint\?/
  await page.route(uploads, async (route) => {
    await route.fetch()
    await route.abort('connectionreset')
  })
  // And then it cannot be asked for a while.
  const questions = /\/api\/runs\/model1-[^/]*$/
  await page.route(questions, (route) => route.abort('connectionrefused'))
  await page.getByRole('button', { name: 'Continue on the server' }).click()
  await expect(onTheWay(page)).toContainText('It is not known whether the server has taken Model 1. It does not go on here until the server has answered. The server does not answer.', patience)
  await open(page, 'Train')
  await expect(liveOf(page)).toContainText('paused')
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('Model 1 may be training on the server.')
  await expect(liveOf(page)).toContainText('paused')
  await page.getByRole('button', { name: 'Dismiss' }).click()

  await page.unroute(questions)
  await onTheWay(page).getByRole('button', { name: 'Ask again' }).click()
  await expect(page.getByRole('alert')).toContainText('The server has taken Model 1 as', patience)
  await expect(onTheWay(page)).toBeHidden()
  await expect(liveOf(page)).toContainText('paused')
  expect(await working(page)).toHaveLength(1)
})

test('the page is reloaded before the answer', async ({ page }) => {
  test.setTimeout(240_000)
  await begin(page)
  let sent = false
  await page.route(/\/checkpoint\?/, async (route) => {
    await route.fetch()
    sent = true // and the answer never comes
  })
  await page.getByRole('button', { name: 'Continue on the server' }).click()
  await expect(onTheWay(page)).toContainText('Sending Model 1 to the server …', patience)
  await expect.poll(() => sent, patience).toBe(true)
  const questions = /\/api\/runs\/model1-[^/]*$/
  await page.route(questions, (route) => route.abort('connectionrefused'))
  await page.reload()
  await open(page, 'Keep')
  await expect(onTheWay(page)).toContainText('It is not known whether the server has taken Model 1.', patience)
  await page.getByRole('button', { name: 'Go on with it' }).click()
  await open(page, 'Train')
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('Model 1 may be training on the server.')
  await expect(liveOf(page)).toContainText('paused')
  await page.unroute(questions)
  await onTheWay(page).getByRole('button', { name: 'Ask again' }).click()
  await expect(page.getByRole('alert')).toContainText('The server has taken Model 1 as', patience)
  await expect(liveOf(page)).toContainText('paused')
  expect(await working(page)).toHaveLength(1)
})

test('the server goes away between the pause and the download', async ({ page }) => {
  test.setTimeout(240_000)
  await openPage(page, `#view=runs&${token(at)}`)
  const order = { model: 'model1', recipe: 'report', epochs: 1000, batch: 37 }
  const { id } = await (await ordered(page, 'runs', order, at)).json() as { id: string }
  await page.reload()
  await expect(rowOf(page, id)).toContainText('training', patience)
  await expect.poll(async () => (await runs(page)).find((run) => run.id === id)!.step, patience).toBeGreaterThan(0)
  const gone = /\/(last\.safetensors|resume)$/
  await page.route(gone, (route) => route.abort('connectionrefused'))
  await rowOf(page, id).getByRole('button', { name: 'Bring it here' }).click()
  await expect(onTheWay(page)).toContainText(`${id} may be paused on the server. It is told to go on as soon as the server answers. The server does not answer.`, patience)
  expect(await stateOf(page, id)).toBe('paused')
  await page.unroute(gone)
  await expect(page.getByRole('alert')).toContainText(`${id} stays on the server. The server does not answer.`, patience)
  await expect.poll(() => working(page)).toEqual([id])
  await expect(rowOf(page, id)).toContainText('training', patience)
})
