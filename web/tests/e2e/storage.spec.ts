import type { Page } from '@playwright/test'
import { expect, openPage, test } from '../page'
import { slots } from '../slots'

// P12: what this browser keeps is offered again only where it verifies, and a
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
    if (writes === 1) await page.getByRole('button', { name: 'Resume', exact: true }).click()
  }
  return slots(page, 'model1')
}

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

test('no IndexedDB: training goes on, and the page says that nothing is kept', async ({ page }) => {
  await page.addInitScript(() => { Object.defineProperty(window, 'indexedDB', { value: undefined }) })
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
