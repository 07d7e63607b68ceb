import { expect, openPage, test } from '../page'
import { keptStep } from '../slots'

test('a visitor trains a network, pauses, resumes and stops it', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText('training')
  await expect(live).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(live).toContainText('paused')
  const still = await live.textContent()
  const step = Number(/step ([\d,]+) of/.exec(still!)![1]!.replaceAll(',', ''))
  await expect.poll(() => keptStep(page, 'model1')).toBe(step)
  expect(await live.textContent()).toBe(still)
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(live).toContainText('training')
  await expect(live).not.toHaveText(still!)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(live).toContainText('stopped')
})

test('both networks race and the curves have their numbers behind them', async ({ page }) => {
  await openPage(page, '#model=both&epochs=3')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Model 2: Live' })).toContainText('done')
  await expect(page.getByRole('img', { name: /Loss by epoch\. Model 1, epoch 3.*Model 2, epoch 3/ })).toBeVisible()
  await page.getByText('Model 2: every epoch').click()
  await expect(page.getByRole('region', { name: 'Model 2: every epoch' }).getByRole('row')).toHaveCount(4)
})
