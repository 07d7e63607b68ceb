import type { Page, Worker } from '@playwright/test'
import { expect, openPage, test } from '../page'

// P11: a worker may die; the run goes on from the last checkpoint.
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
