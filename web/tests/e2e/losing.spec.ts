import { expect, openPage, test } from '../page'
import { keptStep } from '../slots'

// Nothing that has learned goes without a question.
const live = 'Model 1: Live'

test('a run that has ended makes room only when a person says so', async ({ page }) => {
  await openPage(page, '#epochs=2')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const region = page.getByRole('region', { name: live })
  await expect(region).toContainText('done')
  const ended = await region.textContent()
  await expect.poll(() => keptStep(page, 'model1')).toBe(844)
  const question = page.getByRole('dialog', { name: /Model 1 has a run of 2 epochs, which makes room; it is kept in this browser, under Keep/ })
  for (const key of [' ', '.']) {
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press(key)
    await expect(question).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(question).toBeHidden()
    expect(await region.textContent()).toBe(ended)
  }
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await question.getByRole('button', { name: 'Yes, go on' }).click()
  await expect(region).toContainText('paused')
  await expect(region).not.toHaveText(ended!)
})

test('a run under way stays when other weights are pressed by mistake', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('region', { name: live })).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  const card = page.getByRole('region', { name: 'Model 1', exact: true })
  const [shipped] = await card.getByRole('list').getByRole('button').all()
  await shipped!.click()
  await page.getByRole('button', { name: 'Keep it', exact: true }).click()
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('region', { name: live })).toContainText('training')
})

test('a key held down trains once', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('heading', { level: 1 }).click()
  // The second `down` of a key that is not up is a repetition.
  for (let i = 0; i < 2; i++) await page.keyboard.down(' ')
  await expect(page.getByRole('region', { name: live })).toContainText('training')
  await page.keyboard.up(' ')
})
