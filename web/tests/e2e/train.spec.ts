import { readFileSync } from 'node:fs'
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
  // Three epochs, each of 4.2 seconds by the fake worker.
  await expect(page.getByRole('region', { name: 'Model 2: Live' })).toContainText('took 13 s')
  await expect(page.getByRole('img', { name: /Loss by epoch\. Model 1, epoch 3.*Model 2, epoch 3/ })).toBeVisible()
  await page.getByText('Model 2: every epoch').click()
  await expect(page.getByRole('region', { name: 'Model 2: every epoch' }).getByRole('row')).toHaveCount(4)
})

test('the curves can be saved as pictures and as numbers', async ({ page }) => {
  await openPage(page, '#epochs=3')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Model 1: Live' })).toContainText('done')
  await page.getByText('Save as').first().click()
  const saved = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
    return readFileSync(await download.path())
  }
  expect((await saved('Loss as PNG')).subarray(1, 4).toString()).toBe('PNG')
  expect((await saved('Loss as SVG')).toString()).toMatch(/<svg[\s\S]*Model 1, validation/)
  expect((await saved('Loss as CSV')).toString()).toMatch(/^epoch,"Model 1, training","Model 1, validation"\n[\d.]+,/)
})

test('what learns stands before the networks’ pictures, which stand first until then', async ({ page }) => {
  await openPage(page, '#epochs=150')
  const headings = () => page.getByRole('main').getByRole('heading', { level: 2 }).allTextContents()
  expect((await headings())[0]).toContain('Baseline CNN')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('img', { name: /^Loss by epoch/ })).toBeVisible()
  expect(await headings()).toEqual(['Model 1', 'Loss', 'Accuracy', expect.stringContaining('Baseline CNN'), expect.stringContaining('Deeper CNN')])
})

test('one step, then reset', async ({ page }) => {
  await openPage(page)
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText('paused')
  await expect(live).toContainText(/step [1-9]/)
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect(live).toBeVisible()
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByRole('button', { name: 'Yes, reset' }).click()
  await expect(live).toHaveCount(0)
  await expect(page.getByText('Random weights: this network has learned nothing yet.').first()).toBeVisible()
})

test('hyperparameters change while both networks train, and the runs write it down', async ({ page }) => {
  await openPage(page, '#model=both&epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  for (const model of ['Model 1', 'Model 2']) await expect(page.getByRole('region', { name: `${model}: Live` })).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  const group = page.getByRole('group', { name: 'While it trains' })
  // Key by key, while the run tells of itself: nothing may come between.
  await group.getByLabel('Learning rate').press('ControlOrMeta+a')
  await group.getByLabel('Learning rate').pressSequentially('0,02', { delay: 80 })
  await page.keyboard.press('Enter')
  for (const model of ['Model 1', 'Model 2']) await expect(group.getByText(new RegExp(`^${model}: Learning rate 0.02 from step [\\d,]+$`))).toBeVisible()
  await group.getByLabel('Dropout, times').fill('0.5')
  await page.keyboard.press('Tab')
  await expect(group.getByText(/^Model 1: Dropout, times 0.5 from step/)).toBeVisible()
  // A value out of range goes to the nearest end, and words leave all as it was.
  await group.getByLabel('Label smoothing').fill('7')
  await page.keyboard.press('Tab')
  await expect(group.getByLabel('Label smoothing')).toHaveValue('0.9')
  await group.getByLabel('Learning rate').fill('fast')
  await page.keyboard.press('Tab')
  await expect(group.getByLabel('Learning rate')).toHaveValue('0.02')
  await group.getByLabel('Epochs').fill('200')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Model 1: Live' })).toContainText('/200')
  await expect(page.getByRole('radio', { name: /^Report/ })).toBeDisabled()
})

test('recipes are cards with a reason for each choice', async ({ page }) => {
  await openPage(page, '#model=both')
  await page.getByRole('radio', { name: /^Better/ }).check()
  await page.getByText('Why these choices').click()
  await expect(page.getByText('A reason for best.')).toBeVisible()
  expect(page.url()).toContain('recipe=best')
  const layers = page.getByRole('list', { name: /^The layers of Model 2/ }).getByRole('listitem')
  await expect(layers).toHaveCount(12)
  await expect(layers.nth(1)).toContainText('352 parameters')
})

test('a run that a script begins has its own settings shown', async ({ page }) => {
  await openPage(page)
  await page.evaluate(() => { void window.atelier.train({ model: 1, recipe: 'best', seed: 7, epochs: 200 }) })
  await expect(page.getByRole('radio', { name: /^Better/ })).toBeChecked()
  await expect(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue('7')
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByRole('button', { name: 'Yes, reset' }).click()
  await expect(page.getByRole('radio', { name: /^Report/ })).toBeChecked()
  await expect(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue('42')
})
