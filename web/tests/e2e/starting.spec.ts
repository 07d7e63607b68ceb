import type { Page } from '@playwright/test'
import { expect, openPage, test } from '../page'

const live = 'Model 1: Live'

test.describe('while the images are still on their way', () => {
  const late = async (page: Page) => {
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => { arrive = resolve })
    await page.route('**/data/*.gz', async (route) => {
      await arrived
      await route.continue()
    })
    await page.goto('./#weights=none&epochs=150')
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await expect(page.getByRole('region', { name: live })).toContainText('starting')
    return arrive
  }

  test('Stop calls the run off', async ({ page }) => {
    const arrive = await late(page)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible()
    arrive()
    await page.evaluate(() => window.atelier.ready())
    await expect(page.getByRole('alert')).toBeEmpty()
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible()
    // Called off is not forbidden: it begins when asked again.
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await expect(page.getByRole('region', { name: live })).toContainText('training')
  })

  test('Pause holds once it has begun', async ({ page }) => {
    const arrive = await late(page)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    arrive()
    await expect(page.getByRole('region', { name: live })).toContainText('paused')
    await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible()
  })
})

test('going on in the midst of a pause goes on', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const region = page.getByRole('region', { name: live })
  await expect(region).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await page.evaluate(() => {
    void window.atelier.pause('model1')
    return window.atelier.resume('model1')
  })
  const before = await region.textContent()
  await expect(region).toContainText('training')
  await expect(region).not.toHaveText(before!)
})
