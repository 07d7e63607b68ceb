import type { Page, Worker } from '@playwright/test'
import { expect, openPage, test } from '../page'

// A worker may die; the run goes on from the last checkpoint.
test('a worker that ends is replaced, and the run goes on from its checkpoint', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(live).toContainText('paused')
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await killWorker(page)
  await expect(live).toContainText('was replaced')
  await expect(live).toContainText('training')
  const before = await live.textContent()
  await expect(live).not.toHaveText(before!)
  await expect(page.getByRole('alert')).toBeEmpty()
})

test('three deaths in five minutes end the run with a sentence, and the checkpoint can be saved', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  for (let i = 0; i < 3; i++) await killWorker(page)
  await expect(page.getByRole('alert')).toContainText('The worker stopped three times in five minutes')
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('region', { name: 'Model 1', exact: true }).getByRole('button', { name: 'Save the run' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('model1-run.safetensors')
})

test('weights without a run outlive their worker', async ({ page }) => {
  await openPage(page)
  const mine = JSON.stringify({ fake: 'weights', model: 'model1', of: 'mine' })
  await page.evaluate((text) => window.atelier.load('model1', new Blob([text])), mine)
  await die(await named(page, 'model1'))
  await expect(page.getByRole('status').first()).toContainText('The worker of Model 1 stopped and was replaced.')
  expect(await page.evaluate(async () => (await window.atelier.save('model1')).text())).toBe(mine)
  await expect(page.getByRole('alert')).toBeEmpty()
})

test('a worker that dies of a single step is replaced, and the run waits', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText('paused')
  const worker = await named(page, 'model1')
  // Its next step never ends.
  await worker.evaluate(() => { globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout })
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await expect(live).toContainText('training')
  await die(worker)
  await expect(live).toContainText('was replaced')
  await expect(live).toContainText('paused')
})

async function named(page: Page, name: string): Promise<Worker> {
  for (const worker of page.workers()) if ((await worker.evaluate(() => (globalThis as unknown as { name: string }).name).catch(() => '')) === name) return worker
  throw new Error(`there is no worker ${name}`)
}

const die = (worker: Worker) => worker.evaluate(() => (globalThis as unknown as { fakeDie(): void }).fakeDie())

/** Waits for a worker that trains Model 1 and has it end, as a panic would. It trains no more then. */
async function killWorker(page: Page) {
  const ended = (worker: Worker) => worker.evaluate(() => {
    const scope = globalThis as unknown as { fakeTrains?: string | null; fakeDie?: () => void }
    if (scope.fakeTrains !== 'model1') return false
    scope.fakeDie?.()
    return true
  }).catch(() => false)
  await expect.poll(async () => (await Promise.all(page.workers().map(ended))).includes(true)).toBe(true)
}
