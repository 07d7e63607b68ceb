import { createHash } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test, useFakeWorker } from '../page'
import { slots } from '../slots'

// What a page of an earlier version kept is offered after the update, and pages of two versions get along.

/** A page of the same site that is not Atelier. */
async function blank(page: Page) {
  await page.route('**/blank.html', (route) => route.fulfill({ body: '<!doctype html><title>blank</title>', contentType: 'text/html' }))
  await page.goto('./blank.html')
}

interface Old { key: string; seed: number; step: number; savedAt: number; bytes: string; sha256: string }

/** The checkpoint that the fake worker would give, as the page of version 2 kept it. */
function old(key: string, seed: number, step: number, savedAt: number): Old {
  const config = { model: 'model1', recipe: 'report', epochs: 150, steps: 0, limit: 0, batch: 128, lr: 1e-3, seed, workers: 1, monitor: 'val_acc' }
  const bytes = JSON.stringify({ fake: 'checkpoint', config, step, past: [] })
  return { key, seed, step, savedAt, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** Makes the database as version 2 had it; `holds`: this page keeps it open and hears of nothing. */
const fill = (page: Page, all: Old[], holds = false) => page.evaluate(async ([all, holds]) => {
  const asked = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const opening = indexedDB.open('atelier', 2)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('slots', { keyPath: 'key' })
    opening.result.createObjectStore('runs', { keyPath: 'id' })
    opening.result.createObjectStore('drawings', { keyPath: 'id' })
  }
  const db = await asked(opening)
  for (const { key, seed, step, savedAt, bytes, sha256 } of all) {
    const trace = { at: [], loss: [], acc: [], lr: [], width: 1, open: { at: 0, loss: 0, acc: 0, lr: 0, count: 0 } }
    const history = { config: { model: 'model1', recipe: 'report', epochs: 150, seed }, status: 'paused', epochs: [], trace, changes: [], live: null, end: null, trouble: null }
    await asked(db.transaction('slots', 'readwrite').objectStore('slots').put({ key, model: 'model1', step, savedAt, sha256, bytes: new Blob([bytes]), history }))
  }
  await asked(db.transaction('drawings', 'readwrite').objectStore('drawings').put({ id: 'd', madeAt: 1, strokes: [], label: 3 }))
  if (holds) Object.assign(window, { held: db })
  else db.close()
}, [all, holds] as const)

const open = async (page: Page) => {
  await page.goto('./#weights=none')
  await page.evaluate(() => window.atelier.ready())
}
const live = (page: Page) => page.getByRole('region', { name: 'Model 1: Live' })

test('a run that version 2 kept is offered, goes on, and is kept in its own slots', async ({ page }) => {
  await blank(page)
  await fill(page, [old('model1-0', 42, 100, 1000), old('model1-1', 42, 200, 2000)])
  await open(page)
  await expect(page.getByText('Model 1: a run was kept at step 200')).toBeVisible()
  await page.getByRole('button', { name: 'Go on with it' }).click()
  await expect(live(page)).toContainText('step 200 of')
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await expect.poll(() => slots(page, 'model1')).toEqual([{ key: 'model1-0', step: 201 }, { key: 'model1-1', step: 200 }])
  await expect(page.getByRole('alert')).toBeEmpty()
  const left = await page.evaluate(async () => (await indexedDB.databases()).find(({ name }) => name === 'atelier')!.version)
  expect(left).toBe(3)
})

test('two runs that version 2 had in one model’s slots are both there', async ({ page }) => {
  await blank(page)
  await fill(page, [old('model1-0', 42, 300, 1000), old('model1-1', 7, 20, 2000)])
  await open(page)
  await expect(page.getByText('Model 1: a run was kept at step 20 ')).toBeVisible()
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await page.getByRole('button', { name: 'Go on with the run of Model 1 at step 300' }).click()
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(live(page)).toContainText('step 300 of')
  expect((await slots(page, 'model1')).map(({ step }) => step)).toEqual([20, 300])
})

test('a page of version 2 that does not let go is named, and the run is offered once it does', async ({ page, context }) => {
  await blank(page)
  await fill(page, [old('model1-0', 42, 100, 1000)], true)
  const tab = await context.newPage()
  await useFakeWorker(tab)
  await open(tab)
  await expect(tab.getByText('Nothing is kept: another tab has an older version of Atelier open. Close it, or save the run as a file.')).toBeVisible()
  await tab.waitForTimeout(4000) // it has been tried again by then
  await expect(tab.getByText('Nothing is kept: another tab')).toBeVisible()
  await page.close()
  await expect(tab.getByText('Model 1: a run was kept at step 100')).toBeVisible()
  await expect(tab.getByText('Nothing is kept: another tab')).toHaveCount(0)
})

test('a page is told when a newer version has taken the runs over', async ({ page, context }) => {
  await open(page)
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await expect.poll(() => slots(page, 'model1')).toHaveLength(1)
  const tab = await context.newPage()
  await blank(tab)
  await tab.evaluate(() => new Promise<void>((done, refuse) => {
    const opening = indexedDB.open('atelier', 4)
    opening.onsuccess = () => { opening.result.close(); done() }
    opening.onblocked = () => refuse(new Error('the page does not let go'))
  }))
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await expect(page.getByText('Nothing is kept any more: another tab has a newer version of Atelier open. Save the run as a file and reload this page.')).toBeVisible()
})
