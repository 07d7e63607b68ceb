import { drawBoot } from '../fill'
import { expect, openPage, test } from '../page'
import { keptStep } from '../slots'

// The main job with the shipped program: train on real images until the loss
// falls, pause, resume, look inside, draw, save, and find the run after a reload.
test('a visitor’s way through the page', async ({ page }) => {
  test.setTimeout(600_000)
  const patience = { timeout: 200_000 }
  await openPage(page, '#limit=1024&epochs=2')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText('Epoch 1/2', patience)

  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(live).toContainText('paused')
  const still = await live.textContent()
  // The run is kept as it stands, and what is shown does not move any more.
  const step = Number(/step (\d+) of/.exec(still!)![1])
  await expect.poll(() => keptStep(page, 'model1'), patience).toBe(step)
  expect(await live.textContent()).toBe(still)
  await page.getByRole('button', { name: 'Resume', exact: true }).click()

  await page.getByRole('link', { name: 'Look', exact: true }).click()
  const inside = page.getByRole('region', { name: 'Inside Model 1' })
  await expect(inside.getByRole('img', { name: /^conv1, map 32:/ })).toBeVisible(patience)
  for (const layer of ['conv2', 'pool']) {
    await inside.getByLabel('Layer').selectOption(layer)
    await expect(inside.getByRole('img', { name: new RegExp(`^${layer}, map 64:`) })).toBeVisible(patience)
  }
  await page.getByRole('button', { name: 'per map' }).first().click()
  await page.getByRole('button', { name: '0 to 4' }).first().click()

  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(live).toContainText('done', patience)
  await page.getByText('Model 1: every epoch').click()
  const losses = await page.getByRole('region', { name: 'Model 1: every epoch' }).locator('tbody tr td:nth-child(2)').allTextContents()
  expect(Number(losses[1])).toBeLessThan(Number(losses[0]))

  await page.getByRole('link', { name: 'Draw', exact: true }).click()
  await drawBoot(page)
  await expect(page.getByRole('region', { name: 'Drawing pad' })).toContainText('%', patience)

  await page.getByRole('link', { name: 'Test', exact: true }).click()
  await expect(page.getByRole('grid')).toBeVisible(patience)
  const cells = await page.getByRole('gridcell').allTextContents()
  const images = await page.evaluate(async () => (await (await fetch('data/index.json')).json() as { files: { name: string; size: number }[] }).files[3]!.size - 8)
  expect(cells.map(Number).reduce((a, b) => a + b, 0)).toBe(images)

  const sha = await page.evaluate(() => window.atelier.weightsSha256('model1'))
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect.poll(() => keptStep(page, 'model1'), patience).toBe(16)
  await page.reload()
  await page.evaluate(() => window.atelier.ready())
  await page.getByRole('button', { name: 'Go on with it' }).click()
  await expect(live).toContainText('done', patience)
  expect(await page.evaluate(() => window.atelier.weightsSha256('model1'))).toBe(sha)
})
