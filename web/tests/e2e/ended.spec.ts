import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, openPage, test } from '../page'
import { keptStep } from '../slots'

// A run that has taken all of its steps is done, wherever it comes from, and nothing offers to go on with it.

const live = (page: Page) => page.getByRole('region', { name: 'Model 1: Live' })

/** Trains to the end; gives the step. */
async function finish(page: Page) {
  await openPage(page, '#epochs=2')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(live(page)).toContainText('done')
  return 844 // two epochs of 422 steps
}

async function standsDone(page: Page) {
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(live(page)).toContainText('done')
  await expect(live(page)).toContainText('Epoch 2/2')
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible()
  expect(await page.evaluate(() => window.atelier.resume('model1').then(() => 'resumed', (error: Error) => error.message))).toBe('the run has taken all of its 844 steps')
  await expect(live(page)).toContainText('done')
}

test('a run that ended is done when it is loaded from its file', async ({ page }) => {
  await finish(page)
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  const card = page.getByRole('region', { name: 'Model 1', exact: true })
  const [download] = await Promise.all([page.waitForEvent('download'), card.getByRole('button', { name: 'Save the run' }).click()])
  const buffer = readFileSync(await download.path())
  await page.reload()
  await page.evaluate(() => window.atelier.ready())
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await card.locator('input[type=file]').setInputFiles({ name: 'ended.safetensors', mimeType: 'application/octet-stream', buffer })
  await expect(card).toContainText('Model 1 now has the run of ended.safetensors, which ended at step 844.')
  await standsDone(page)
})

test('a run that ended is done when it is taken up after a reload', async ({ page }) => {
  const step = await finish(page)
  await expect.poll(() => keptStep(page, 'model1')).toBe(step)
  await page.reload()
  await page.getByRole('button', { name: 'Go on with it' }).click()
  await standsDone(page)
})
