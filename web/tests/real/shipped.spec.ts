import { expect, test } from '../page'

// The weights that come with the page: a first visitor has both networks trained
// in under a second. A busy machine gets five.
test('the page opens with trained networks', async ({ page }) => {
  await page.goto('./#view=train')
  await expect(page.getByText(/^Trained weights that come with the page/)).toHaveCount(2)
  const taken = await page.evaluate(() => performance.now())
  console.log(`trained networks after ${Math.round(taken)} ms`)
  expect(taken).toBeLessThan(5000)
})
