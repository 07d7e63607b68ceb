import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { drawBoot } from '../fill'
import { expect, openPage, test } from '../page'
import { keptStep } from '../slots'

const quickRun = (page: Page, model: 'model1' | 'model2') =>
  page.evaluate((name) => window.atelier.train({ model: name, epochs: 2 }), model)
const savedBy = async (page: Page, name: string) => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
  return readFileSync(await download.path())
}
const go = (page: Page, view: string) => page.getByRole('link', { name: view, exact: true }).click()

test('Test: a cell of the matrix opens its images, and an image opens in Look', async ({ page }) => {
  await openPage(page)
  await go(page, 'Test')
  await expect(page.getByText('Model 1 and Model 2 have learned nothing yet')).toBeVisible()
  await quickRun(page, 'model1')
  await page.getByRole('gridcell', { name: /^Shirt taken for/ }).filter({ hasNotText: /^0$/ }).first().click()
  const images = page.getByRole('region', { name: /^Shirt taken for/ })
  await images.getByRole('button', { name: /^Test image/ }).first().click()
  await expect(page.getByRole('heading', { name: 'Look' })).toBeVisible()
  await expect(page.getByRole('heading', { name: /^Test image \d+, Shirt/ })).toBeVisible()
  expect(new URL(page.url()).hash).toMatch(/img=test-\d+/)
})

test('Test: figures and tables can be saved', async ({ page }) => {
  await openPage(page, '#view=test')
  await quickRun(page, 'model1')
  await page.getByText('Save as').click()
  const saved = (name: string) => savedBy(page, name)
  expect((await saved('Matrix as PNG')).subarray(1, 4).toString()).toBe('PNG')
  expect((await saved('Matrix as SVG')).toString()).toContain('<svg')
  expect((await saved('Matrix as CSV')).toString().split('\n')).toHaveLength(12)
  expect((await saved('Table as CSV')).toString()).toContain('class,precision,recall,f1,support')
})

test('Test: both networks side by side, and figures of earlier weights say so', async ({ page }) => {
  await openPage(page, '#model=both&view=test')
  await quickRun(page, 'model1')
  await quickRun(page, 'model2')
  const beside = page.getByRole('region', { name: 'Side by side' })
  await expect(beside.getByRole('row', { name: /^Accuracy/ })).toContainText('%')
  expect((await savedBy(page, 'Comparison as CSV')).toString()).toMatch(/^figure,model1,model2,difference\naccuracy,0\./)
  await beside.getByRole('button', { name: /^Only Model 2 right/ }).click()
  await expect(beside.getByRole('button', { name: /^Test image \d+/ }).first()).toBeVisible()
  const first = page.getByRole('region', { name: 'Model 1', exact: true })
  await expect(first).not.toContainText('earlier weights')
  await page.evaluate(() => window.atelier.train({ model: 'model1', steps: 3 }))
  await expect(first).toContainText('These figures are of earlier weights')
  await first.getByRole('button', { name: 'Test Model 1 again' }).click()
  await expect(first).not.toContainText('earlier weights')
})

test('Look: shows each split, and says of an image which it belongs to', async ({ page }) => {
  await openPage(page, '#view=look')
  const grid = page.getByRole('listbox', { name: 'Images' })
  const names = async () => grid.getByRole('option').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')!.split(' ')[0]))
  for (const [split, word] of [['Validation', 'Validation'], ['Training', 'Training'], ['Test', 'Test']] as const) {
    await page.getByRole('button', { name: split, exact: true }).click()
    await expect(grid.getByRole('option').first()).toHaveAccessibleName(new RegExp(`^${word} image`))
    expect(new Set(await names())).toEqual(new Set([word]))
  }
  await page.getByRole('button', { name: 'Validation', exact: true }).click()
  await grid.getByRole('option', { name: /^Validation image 19,/ }).click()
  await expect(page.getByRole('heading', { name: /^Validation image 19,/ })).toBeVisible()
  await page.getByRole('spinbutton', { name: 'Test image' }).fill('7')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: /^Test image 7,/ })).toBeVisible()
})

test('Look: scrolls over all images, filters by class, and shows maps of both networks', async ({ page }) => {
  await openPage(page, '#view=look')
  await expect(page.getByText('Model 1 and Model 2 have learned nothing yet')).toBeVisible()
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await page.getByLabel('Class').selectOption('Ankle boot')
  const grid = page.getByRole('listbox', { name: 'Images' })
  await grid.evaluate((element) => { element.scrollTop = element.scrollHeight })
  const last = grid.getByRole('option').last()
  await expect(last).toHaveAccessibleName(/Ankle boot/)
  expect(await grid.getByRole('option').count()).toBeLessThan(300)
  await last.click()
  await quickRun(page, 'model1')
  const inside = page.getByRole('region', { name: 'Inside Model 1' })
  await inside.getByLabel('Layer').selectOption('pool')
  await expect(inside.getByRole('img', { name: /^pool, map 64:/ })).toBeVisible()
  await expect(inside.getByText('silent').first()).toBeVisible()
  await inside.getByLabel('Layer').selectOption('every layer')
  for (const layer of ['conv1', 'conv2', 'pool', 'fc1', 'fc2']) await expect(inside.getByRole('region', { name: layer, exact: true }).locator('canvas').nth(5)).toBeVisible()
  await inside.getByRole('button', { name: 'per map' }).click()
  await expect(inside.getByText(/over all of them \d/).first()).toBeVisible()
  await expect(page.getByRole('region', { name: /^Model 1: The filters/ }).getByText(/^each filter from minus to plus its own largest number, white is 0/)).toBeVisible()
})

test('Look: maps and answers follow a run under way', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await page.getByRole('link', { name: 'Look', exact: true }).click()
  await expect(page.getByText('It follows the training as it goes.')).toBeVisible()
  const map = page.getByRole('region', { name: 'Inside Model 1' }).getByRole('img', { name: /^conv1, map 1:/ })
  const painted = () => map.evaluate((canvas: HTMLCanvasElement) => canvas.getContext('2d')!.getImageData(0, 0, 28, 28).data.join())
  const first = await painted()
  await expect.poll(painted).not.toBe(first)
})

test('Draw: an empty pad asks for something; strokes are answered, undone and exported', async ({ page }) => {
  await openPage(page, '#view=draw')
  await quickRun(page, 'model1')
  const pad = page.getByRole('region', { name: 'Drawing pad' })
  await expect(pad.getByText('Draw something').first()).toBeVisible()
  await drawBoot(page)
  await expect(pad).toContainText('%')
  await page.getByText('Keep the drawings').click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as .ndjson' }).click()])
  const line = JSON.parse(readFileSync(await download.path(), 'utf8')) as { drawing: number[][][] }
  expect(line.drawing).toHaveLength(1)
  expect(line.drawing[0]![0]!.length).toBeGreaterThan(5)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(pad.getByText('Draw something').first()).toBeVisible()
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect(pad).toContainText('%')
})

test('Draw: drawing with a finger does not scroll the page', async ({ page }) => {
  await openPage(page, '#view=draw')
  const touch = await page.getByRole('application', { name: 'Drawing pad' }).evaluate((element) => getComputedStyle(element).touchAction)
  expect(touch).toBe('none')
  expect(await page.evaluate(() => getComputedStyle(document.body).touchAction)).toBe('auto')
})

test('Keep: weights come back; a wrong file is refused in a sentence and nothing is lost', async ({ page }) => {
  await openPage(page, '#view=keep')
  await quickRun(page, 'model1')
  const card = page.getByRole('region', { name: 'Model 1', exact: true })
  const [download] = await Promise.all([page.waitForEvent('download'), card.getByRole('button', { name: 'Save best weights' }).click()])
  expect(download.suggestedFilename()).toBe('model1-best.safetensors')
  await card.locator('input[type=file]').setInputFiles({ name: 'holiday.safetensors', mimeType: 'application/octet-stream', buffer: Buffer.from('not weights') })
  await expect(page.getByRole('alert')).toContainText('This is not a safetensors file')
  await expect(card.getByRole('button', { name: 'Save best weights' })).toBeEnabled()
  await card.locator('input[type=file]').setInputFiles(await download.path())
  await expect(card).toContainText('Model 1 now has the weights of')
})

test('Keep: a run is offered again after a reload, with its curves', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Model 1: Live' })).toContainText(/Epoch \d+\/150/)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Model 1: Live' })).toContainText('paused')
  await expect.poll(() => keptStep(page, 'model1')).not.toBeNull()
  await page.reload()
  await page.getByRole('button', { name: 'Go on with it' }).click()
  await expect(page.getByRole('region', { name: 'Model 1: Live' })).toContainText('paused')
  await expect(page.getByRole('img', { name: /^Loss by epoch/ })).toBeVisible()
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Model 1: Live' })).toContainText('training')
})

test('Runs: the server’s run stands beside one’s own, and the token leaves the address', async ({ page }) => {
  await openPage(page, '#token=test-token&view=runs')
  expect(page.url()).not.toContain('token')
  const table = page.getByRole('region', { name: 'Runs', exact: true })
  await expect(table.getByRole('row', { name: /Server Model 1/ })).toContainText('3/12')
  await quickRun(page, 'model2')
  await expect(table.getByRole('row', { name: /Here Model 2/ })).toContainText('2/2')
  await page.getByRole('button', { name: 'Train Model 1 on the server' }).click()
  await expect(table.getByRole('row', { name: /waiting its turn/ })).toBeVisible()
})
