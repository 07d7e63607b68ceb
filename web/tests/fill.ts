import { expect, type Page } from '@playwright/test'

/** Fills every view with data, as a user would, and calls `look` when each stands. */
export async function fill(page: Page, look: (view: string) => Promise<void>) {
  await page.evaluate(() => Promise.all([window.atelier.train({ model: 'model1' }), window.atelier.train({ model: 'model2', epochs: 12 })]))
  await expect(page.getByRole('region', { name: 'Model 2: Live' })).toContainText('done')
  await look('train')

  await page.getByRole('link', { name: 'Test', exact: true }).click()
  await expect(page.getByRole('grid')).toHaveCount(2)
  await page.getByRole('gridcell', { name: /^Shirt taken for T-shirt\/top/ }).first().click()
  await look('test')

  await page.getByRole('link', { name: 'Look', exact: true }).click()
  await expect(page.getByRole('option', { name: /^Test image 123,/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Inside Model 2' }).locator('canvas').nth(5)).toBeVisible()
  await page.waitForTimeout(600)
  await look('look')
}
