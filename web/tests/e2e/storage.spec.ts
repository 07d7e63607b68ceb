import type { Page } from '@playwright/test'
import type { StoredSlot } from '../../src/keep/store'
import { expect, openPage, test } from '../page'
import { slots } from '../slots'

// What this browser keeps is offered again only where it verifies, and a
// browser that keeps nothing trains all the same.

const live = (page: Page) => page.getByRole('region', { name: 'Model 1: Live' })

/** Trains until both slots hold a run, at different steps, and returns the slots' keys and steps, newest first. */
async function keepTwice(page: Page) {
  await openPage(page, '#epochs=150')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  for (let writes = 1; writes <= 2; writes++) {
    await expect(live(page)).toContainText(new RegExp(`Epoch ([${writes + 1}-9]|\\d\\d+)/150`))
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await expect.poll(() => slots(page, 'model1')).toHaveLength(writes)
    if (writes === 2) break
    const [first] = await slots(page, 'model1')
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await expect(live(page)).not.toContainText(`step ${count(first!.step)} of`)
  }
  return slots(page, 'model1')
}

/** Writes the slots in another form: without a history, or with plain bytes for the Blob. */
const rewrite = (page: Page, form: 'strange' | 'plain') => page.evaluate(async (form) => {
  const asked = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const db = await asked(indexedDB.open('atelier'))
  const store = () => db.transaction('slots', 'readwrite').objectStore('slots')
  for (const slot of await asked(store().getAll()) as StoredSlot[]) {
    const { history, ...rest } = slot
    const plain = { ...slot, bytes: await new Blob([slot.bytes]).arrayBuffer() }
    await asked(store().put(form === 'plain' ? plain : { ...rest, state: history }))
  }
  db.close()
}, form)

const count = (step: number) => step.toLocaleString('en')

for (const { name, spoiled, offered, said } of [
  { name: 'none is damaged: the newest', spoiled: [], offered: 0, said: '' },
  { name: 'the newest is damaged: the one before it', spoiled: [0], offered: 1, said: 'The newest copy of Model 1’s run in this browser is damaged; the one before it is offered.' },
  { name: 'the older is damaged: the newest', spoiled: [1], offered: 0, said: '' },
  { name: 'both are damaged: none, and the page says so', spoiled: [0, 1], offered: null, said: 'The run of Model 1 that this browser kept is damaged and cannot be offered again.' },
]) {
  test(`offered after a reload when ${name}`, async ({ page }) => {
    const kept = await keepTwice(page)
    expect(kept[0]!.step).toBeGreaterThan(kept[1]!.step)
    await slots(page, 'model1', spoiled.map((i) => kept[i]!.key))
    await page.reload()
    await page.evaluate(() => window.atelier.ready())
    if (offered === null) await expect(page.getByRole('button', { name: 'Go on with it' })).toHaveCount(0)
    else {
      await expect(page.getByText(`Model 1: a run was kept at step ${count(kept[offered]!.step)}`)).toBeVisible()
      await page.getByRole('button', { name: 'Go on with it' }).click()
      await expect(live(page)).toContainText('paused')
    }
    if (said) await expect(page.getByRole('alert')).toContainText(said)
    else await expect(page.getByRole('alert')).toBeEmpty()
  })
}

test('a kept run of another version’s form is not offered, and the page says so', async ({ page }) => {
  await keepTwice(page)
  await rewrite(page, 'strange')
  await page.reload()
  await page.evaluate(() => window.atelier.ready())
  await expect(page.getByRole('alert')).toContainText('This browser keeps a run of Model 1 from another version of Atelier')
  await expect(page.getByRole('button', { name: 'Go on with it' })).toHaveCount(0)
})

test('a kept run whose bytes lie in the database itself, as they once did, is offered', async ({ page }) => {
  const kept = await keepTwice(page)
  await rewrite(page, 'plain')
  await page.reload()
  await expect(page.getByText(`Model 1: a run was kept at step ${count(kept[0]!.step)}`)).toBeVisible()
  await page.getByRole('button', { name: 'Go on with it' }).click()
  await expect(live(page)).toContainText('paused')
  await expect(page.getByRole('alert')).toBeEmpty()
})

test('no IndexedDB: training goes on, and the page says that nothing is kept', async ({ page }) => {
  await page.route('**/assets/keeper-*.js', async (route) => {
    const response = await route.fetch()
    const { 'content-encoding': _, 'content-length': __, ...headers } = response.headers()
    await route.fulfill({ response, headers, body: `Object.defineProperty(globalThis, 'indexedDB', { value: undefined })\n${await response.text()}` })
  })
  await openPage(page, '#epochs=2')
  await expect(page.getByText(/^This browser cannot keep runs \(.+\)\. Training goes on; save the run as a file\.$/)).toBeVisible()
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect(live(page)).toContainText('done')
  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await expect(page.getByText(/^This browser cannot keep runs/)).toBeVisible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('region', { name: 'Model 1', exact: true }).getByRole('button', { name: 'Save the run' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('model1-run.safetensors')
})
