import { expect, type Page } from '@playwright/test'

/** Fills every view with data, as a user would, and calls `look` when each stands. */
export async function fill(page: Page, look: (view: string) => Promise<void>) {
  await page.evaluate(() => Promise.all([window.atelier.train({ model: 'model1' }), window.atelier.train({ model: 'model2', epochs: 12 })]))
  await expect(page.getByRole('region', { name: 'Model 2: Live' })).toContainText('done')
  await look('train')
}
