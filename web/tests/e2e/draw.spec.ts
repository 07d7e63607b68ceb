import AxeBuilder from '@axe-core/playwright'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { drawBoot } from '../fill'
import { expect, openPage, test } from '../page'

const ready = (page: Page, models: readonly ('model1' | 'model2')[] = ['model1']) =>
  page.evaluate((names) => Promise.all(names.map((model) => window.atelier.train({ model, epochs: 2 }))), models)
const pad = (page: Page) => page.getByRole('region', { name: 'Drawing pad' })
const lesson = (page: Page) => page.getByRole('region', { name: 'Learn from me', exact: true })
const mine = (page: Page) => lesson(page).getByRole('list', { name: 'Your drawings' }).getByRole('listitem')

/** Draws and says what it is, with the mouse. */
async function label(page: Page, name: string) {
  await drawBoot(page)
  await lesson(page).getByRole('button', { name, exact: true }).click()
}

test('Draw: an answer is sure or not by the weights’ own calibration', async ({ page }) => {
  await openPage(page, '#view=draw')
  await ready(page)
  await drawBoot(page)
  await expect(pad(page)).toContainText(/\d+ %(,| sure)/)
  await page.getByText('How sure is sure?').click()
  const why = page.getByRole('region', { name: 'What they make of it' })
  await expect(why).toContainText('Model 1: from 50 % on its answer to a drawing counts as sure.')
  await expect(why).toContainText('Measured in this browser')
  const share = async () => Number(/(\d+) %/.exec((await pad(page).locator('.verdict.model1').textContent())!)![1])
  // The limit holds for what is shown: 50 of 100, by the worker's calibration.
  await expect(pad(page).locator('.verdict.model1')).toContainText((await share()) >= 50 ? /\d+ % sure/ : /\d+ %, not sure/)
})

test('Draw: the nearest training images of both networks, and how many were looked at', async ({ page }) => {
  await openPage(page, '#model=both&view=draw')
  await ready(page, ['model1', 'model2'])
  const nearest = page.getByRole('region', { name: 'The nearest training images', exact: true })
  await expect(nearest).toContainText('Draw something, and they appear here.')
  await drawBoot(page)
  for (const model of ['Model 1', 'Model 2']) {
    const own = nearest.getByRole('region', { name: `The nearest training images: ${model}` })
    await expect(own.getByRole('listitem')).toHaveCount(5)
    await expect(own).toContainText('The nearest of 6,000 training images, as many of each class')
  }
})

test('Draw: a network learns from labelled drawings, and the lesson is undone', async ({ page }) => {
  await openPage(page, '#view=draw')
  await ready(page)
  await expect(lesson(page).getByRole('button', { name: 'Bag' })).toBeDisabled()
  const teach = lesson(page).getByRole('button', { name: 'Teach Model 1' })
  for (const [i, name] of ['Ankle boot', 'Bag', 'Bag', 'Dress'].entries()) {
    if (i === 2) await expect(teach).toBeDisabled()
    await label(page, name)
    await expect(mine(page)).toHaveCount(i + 1)
  }
  await lesson(page).getByRole('button', { name: 'Remove Bag, drawing 3' }).click()
  await expect(mine(page)).toHaveCount(3)
  await teach.click()
  await expect(lesson(page)).toContainText(/Step \d+ of 40/)
  const grades = lesson(page).getByRole('table', { name: 'Model 1 before and after the lesson' })
  await expect(grades.getByRole('row', { name: /^your drawings/ })).toHaveText('your drawings0 of 33 of 3')
  await expect(grades.getByRole('row', { name: /^test images/ })).toContainText('463 of 500')
  await expect(grades.getByRole('row', { name: /^generated drawings/ })).toContainText('253 of 300')
  await expect(mine(page).first()).toContainText('Model 1 names it right')
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await expect(page.getByText('Taught by you with 3 drawings')).toBeVisible()
  const [taught] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the taught weights' }).click()])
  expect(taught.suggestedFilename()).toBe('model1-taught.safetensors')
  await page.getByRole('link', { name: 'Test', exact: true }).click()
  const tested = page.getByRole('region', { name: 'Model 1', exact: true })
  await expect(tested).toContainText('Of the run’s best weights.')
  await tested.getByRole('button', { name: 'Test Model 1 again' }).click()
  await expect(tested).not.toContainText('Of the run’s')
  await page.getByRole('link', { name: 'Draw', exact: true }).click()
  await lesson(page).getByRole('button', { name: 'Undo the lesson' }).click()
  await expect(grades).toHaveCount(0)
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await expect(page.getByText('The weights of its run in this browser.')).toBeVisible()
})

test('Draw: a lesson that is stopped leaves the network as it was', async ({ page }) => {
  await openPage(page, '#view=draw')
  await ready(page)
  for (const name of ['Bag', 'Bag', 'Bag']) await label(page, name)
  await lesson(page).getByRole('button', { name: 'Teach Model 1' }).click()
  await lesson(page).getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(lesson(page).getByRole('button', { name: 'Teach Model 1', exact: true })).toBeEnabled()
  await expect(lesson(page).getByRole('table')).toHaveCount(0)
})

test('Draw: own drawings are there after a reload, go to a file and come back, and are deleted with everything', async ({ page }) => {
  await openPage(page, '#view=draw')
  await ready(page)
  await label(page, 'Ankle boot')
  await expect(mine(page)).toHaveCount(1)
  await page.reload()
  await page.evaluate(() => window.atelier.ready())
  await expect(mine(page)).toHaveCount(1)
  const [download] = await Promise.all([page.waitForEvent('download'), lesson(page).getByRole('button', { name: 'Save my drawings' }).click()])
  const file = readFileSync(await download.path(), 'utf8')
  expect((JSON.parse(file) as { word: string }).word).toBe('Ankle boot')
  const more = `${file}${file.replace('Ankle boot', 'cat')}`
  await lesson(page).locator('input[type=file]').setInputFiles({ name: 'more.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(more) })
  await expect(mine(page)).toHaveCount(2)
  await lesson(page).locator('input[type=file]').setInputFiles({ name: 'cats.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(file.replace('Ankle boot', 'cat')) })
  await expect(page.getByRole('alert')).toContainText('cats.ndjson has no drawing whose word is the name of a class')
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await page.getByRole('button', { name: 'Delete everything kept here' }).click()
  await page.getByRole('button', { name: 'Yes, delete' }).click()
  await page.getByRole('link', { name: 'Draw', exact: true }).click()
  await expect(mine(page)).toHaveCount(0)
  await page.reload()
  await page.evaluate(() => window.atelier.ready())
  await expect(lesson(page)).toContainText('None yet.')
})

test('Draw: a lesson by keyboard alone', async ({ page }) => {
  await openPage(page, '#view=draw')
  await ready(page)
  const tabTo = async (name: string) => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate((name) => (document.activeElement?.ariaLabel ?? document.activeElement?.textContent) === name, name)) return
    }
    throw new Error(`Tab never reached ${name}`)
  }
  for (let i = 0; i < 3; i++) {
    await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); scrollTo(0, 0) })
    await page.getByRole('main').focus()
    await tabTo('Drawing pad')
    for (const key of ['Space', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Space']) await page.keyboard.press(key)
    await tabTo('Bag')
    await page.keyboard.press('Enter')
    await expect(mine(page)).toHaveCount(i + 1)
  }
  await tabTo('Teach Model 1')
  await page.keyboard.press('Enter')
  await expect(lesson(page).getByRole('table')).toContainText('3 of 3')
})

for (const theme of ['light', 'dark'] as const) {
  test(`Draw: axe finds nothing in a lesson at 360 px, ${theme}`, async ({ page }) => {
    test.setTimeout(240_000)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 360, height: 800 })
    await openPage(page, '#model=both&view=draw')
    await ready(page, ['model1', 'model2'])
    for (const name of ['Bag', 'Dress', 'T-shirt/top']) await label(page, name)
    await lesson(page).getByRole('button', { name: 'Teach Model 1' }).click()
    await expect(lesson(page).getByRole('table')).toBeVisible()
    await drawBoot(page)
    await page.getByText('How sure is sure?').click()
    await expect(page.getByRole('region', { name: 'The nearest training images: Model 2' }).getByRole('listitem')).toHaveCount(5)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()
    expect(violations.map((one) => `${one.id} ${one.nodes[0]?.target.join(' ')} ${one.nodes[0]?.failureSummary}`)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })
}

test('a file without a drawing leaves the pad as it is', async ({ page }) => {
  await openPage(page, '#view=draw')
  await page.getByText('Keep the drawings').click()
  await expect(page.getByRole('button', { name: 'Save as .ndjson' })).toBeDisabled()
  await page.getByLabel('Open .ndjson').setInputFiles({ name: 'nothing.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from('\n') })
  await expect(page.getByRole('alert')).toContainText('nothing.ndjson holds no drawing')
  await drawBoot(page)
  await expect(page.getByRole('button', { name: 'Undo' })).toBeEnabled()
  await expect(page.getByRole('button', { name: 'Save as .ndjson' })).toBeEnabled()
})
