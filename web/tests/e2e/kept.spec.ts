import type { BrowserContext, Page } from '@playwright/test'
import { expect, openPage, test, useFakeWorker } from '../page'
import { keptStep, slots } from '../slots'

// A kept run belongs to a run: nobody writes over it but that run itself, and it goes only when a person says so.

const live = (page: Page) => page.getByRole('region', { name: 'Model 1: Live' })
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const count = (step: number) => step.toLocaleString('en')
const offer = (page: Page, step: number) => page.getByText(`Model 1: a run was kept at step ${count(step)}`)
const goOn = (page: Page) => page.getByRole('button', { name: 'Go on with it' })
const list = (page: Page) => page.getByRole('region', { name: 'Kept in this browser' })

/** Trains until the second epoch, pauses, and gives the step at which it is kept. */
async function trainAndPause(page: Page) {
  await press(page, 'Train')
  await expect(live(page)).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await press(page, 'Pause')
  return keptHere(page)
}

/** The step that the page shows, once the newest copy has it. */
async function keptHere(page: Page) {
  await expect(live(page)).toContainText('paused')
  const step = Number(/step ([\d,]+) of/.exec((await live(page).textContent())!)![1]!.replaceAll(',', ''))
  await expect.poll(() => keptStep(page, 'model1')).toBe(step)
  return step
}

async function another(context: BrowserContext, hash = '#epochs=150') {
  const tab = await context.newPage()
  await useFakeWorker(tab)
  await openPage(tab, hash)
  return tab
}

const reloaded = async (page: Page) => {
  await page.reload()
  await page.evaluate(() => window.atelier.ready())
}

test('two tabs train the same model: each keeps its own run, and neither touches the other’s', async ({ page, context }) => {
  await openPage(page, '#epochs=150')
  const first = await trainAndPause(page)
  const before = await slots(page, 'model1')
  const tab = await another(context)
  await expect(goOn(tab)).toHaveCount(0) // it is the first tab's
  await press(tab, 'Train')
  await expect(live(tab)).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await page.close()
  for (let i = 0; i < 3; i++) {
    await press(tab, 'Pause')
    await keptHere(tab)
    await press(tab, 'Resume')
    await expect(live(tab)).toContainText('training')
  }
  await press(tab, 'Pause')
  const second = await keptHere(tab)
  expect((await slots(tab, 'model1')).filter(({ key }) => before.some((one) => one.key === key))).toEqual(before)
  await reloaded(tab)
  await expect(offer(tab, second)).toBeVisible()
  await tab.getByRole('link', { name: 'Keep', exact: true }).click()
  await list(tab).getByRole('button', { name: `Go on with the run of Model 1 at step ${count(first)}` }).click()
  await tab.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(live(tab)).toContainText(`step ${count(first)} of`)
  await expect(live(tab)).toContainText('paused')
})

test('a run is offered in one tab at a time, and in the next once the first lets go of it', async ({ page, context }) => {
  await openPage(page, '#epochs=150')
  const step = await trainAndPause(page)
  const tab = await another(context)
  await tab.getByRole('link', { name: 'Keep', exact: true }).click()
  await expect(list(tab)).toContainText('open in another tab')
  await expect(tab.getByRole('button', { name: /^(Go on|Remove|Forget)/ })).toHaveCount(0)
  await page.close()
  await expect(offer(tab, step)).toBeVisible()
  await goOn(tab).click()
  await tab.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(live(tab)).toContainText(`step ${count(step)} of`)
})

test('a run keeps its name over a reload and goes on in its own two slots', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await trainAndPause(page)
  const names = async () => new Set((await slots(page, 'model1')).map(({ key }) => key.replace(/-[01]$/, '')))
  const before = await names()
  await reloaded(page)
  await goOn(page).click()
  for (let i = 0; i < 2; i++) {
    await press(page, 'Resume')
    await expect(live(page)).toContainText('training')
    await press(page, 'Pause')
    await keptHere(page)
  }
  expect(await names()).toEqual(before)
  expect(await slots(page, 'model1')).toHaveLength(2)
})

test('a kept run is forgotten only when a person says so', async ({ page }) => {
  await openPage(page, '#epochs=150')
  const step = await trainAndPause(page)
  await reloaded(page)
  const question = page.getByRole('dialog', { name: `The run of Model 1 that is kept at step ${count(step)} is deleted.` })
  await press(page, 'Forget it')
  await question.getByRole('button', { name: 'Keep it' }).click()
  await expect(offer(page, step)).toBeVisible()
  expect(await keptStep(page, 'model1')).toBe(step)
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await list(page).getByRole('button', { name: `Remove the run of Model 1 at step ${count(step)}` }).click()
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  expect(await keptStep(page, 'model1')).toBe(step)
  await press(page, 'Forget it')
  await question.getByRole('button', { name: 'Yes, go on' }).click()
  await expect(goOn(page)).toHaveCount(0)
  await expect.poll(() => keptStep(page, 'model1')).toBeNull()
  await expect(list(page)).toContainText('No run is kept yet.')
})

for (const { what, act } of [
  { what: 'another begins', act: (page: Page) => press(page, 'Train') },
  { what: 'another begins with a step', act: (page: Page) => press(page, 'Step') },
  { what: 'a file is loaded', act: async (page: Page) => {
    await page.getByRole('link', { name: 'Keep', exact: true }).click()
    const config = { model: 'model1', recipe: 'report', epochs: 150, steps: 0, limit: 0, batch: 128, lr: 1e-3, seed: 9, workers: 1, monitor: 'val_acc' }
    const buffer = Buffer.from(JSON.stringify({ fake: 'checkpoint', config, step: 50, past: [] }))
    await page.getByRole('region', { name: 'Model 1', exact: true }).locator('input[type=file]').setInputFiles({ name: 'other.safetensors', mimeType: 'application/octet-stream', buffer })
    await expect(page.getByRole('region', { name: 'Model 1', exact: true })).toContainText('at step 50')
    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await press(page, 'Resume')
  } },
]) {
  test(`a kept run stays when ${what}`, async ({ page }) => {
    await openPage(page, '#epochs=150')
    const step = await trainAndPause(page)
    const before = await slots(page, 'model1')
    await reloaded(page)
    await expect(goOn(page)).toBeVisible()
    await act(page)
    await expect(live(page)).toBeVisible()
    await page.evaluate(() => window.atelier.pause('model1'))
    await expect.poll(async () => (await slots(page, 'model1')).length).toBeGreaterThan(before.length)
    expect((await slots(page, 'model1')).filter(({ key }) => before.some((one) => one.key === key))).toEqual(before)
    await page.getByRole('link', { name: 'Keep', exact: true }).click()
    await expect(list(page).getByRole('button', { name: `Go on with the run of Model 1 at step ${count(step)}` })).toBeVisible()
  })
}

test('a reset run is forgotten, as the question says', async ({ page }) => {
  await openPage(page, '#epochs=150')
  await trainAndPause(page)
  await press(page, 'Reset')
  await expect(page.getByRole('dialog', { name: 'Forget this run, its weights and the copy of it in this browser?' })).toBeVisible()
  await press(page, 'Yes, reset')
  await expect.poll(() => keptStep(page, 'model1')).toBeNull()
  await reloaded(page)
  await expect(goOn(page)).toHaveCount(0)
})

test('everything kept goes only when a person says so', async ({ page }) => {
  await openPage(page, '#epochs=150')
  const step = await trainAndPause(page)
  await reloaded(page)
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await press(page, 'Delete everything kept here')
  await page.getByRole('dialog', { name: /^Delete all runs and drawings/ }).getByRole('button', { name: 'No' }).click()
  expect(await keptStep(page, 'model1')).toBe(step)
  await press(page, 'Delete everything kept here')
  await press(page, 'Yes, delete')
  await expect.poll(() => keptStep(page, 'model1')).toBeNull()
})

for (const { name, hash, steps } of [
  { name: 'a step of a paused run', hash: '#epochs=150', steps: 1 },
  { name: 'several steps of a paused run', hash: '#epochs=150', steps: 3 },
]) {
  test(`${name} is there after a reload`, async ({ page }) => {
    await openPage(page, hash)
    const paused = await trainAndPause(page)
    for (let i = 1; i <= steps; i++) {
      await press(page, 'Step')
      await expect(live(page)).toContainText(`step ${count(paused + i)} of`)
      await expect(live(page)).toContainText('paused')
    }
    await expect.poll(() => keptStep(page, 'model1')).toBe(paused + steps)
    await reloaded(page)
    await expect(offer(page, paused + steps)).toBeVisible()
  })
}
