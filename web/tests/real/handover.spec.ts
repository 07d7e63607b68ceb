import { expect, openPage, test } from '../page'
import { native } from './native'
import { patience, rowOf, runs, token } from './server'

// A run begins in the page, goes on on the server, comes back and ends here,
// by the buttons that a person presses; nothing of that shows in its bits.

/** A run long enough that a person gets to press a button while the server trains, on a fast machine and a busy one; all of it in the first epoch. */
function config(model: 'model1' | 'model2') {
  const words = { recipe: 'report', seed: 42, limit: 16384, batch: 37 } as const
  const began = Date.now()
  native({ model, ...words, steps: 8, out: `handover-${model}-pace` })
  const perStep = (Date.now() - began) / 8
  return { ...words, steps: Math.min(200, Math.max(30, Math.round(6000 / perStep))) }
}

for (const [model, title] of [['model1', 'Model 1'], ['model2', 'Model 2']] as const) {
  test(`${model} from the page to the server and back ends with the native bits`, async ({ page }) => {
    test.setTimeout(400_000)
    const order = config(model)
    await openPage(page, `#model=${model}&${token()}`)
    expect(page.url()).not.toContain('token')
    const before = (await runs(page)).map((run) => run.id)

    // The settings have no batch size: the run begins as a script's, and is the page's own from then on.
    await page.evaluate(([name, order]) => { void window.atelier.train({ model: name, ...order, workers: 1 }) }, [model, order] as const)
    const live = page.getByRole('region', { name: `${title}: Live` })
    await expect(live).toContainText('step 1 of', patience)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await expect(live).toContainText('paused', patience)

    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('button', { name: 'Continue on the server' }).click()
    await expect.poll(async () => (await runs(page)).filter((run) => !before.includes(run.id)).length, patience).toBe(1)
    const { id, step: handed } = (await runs(page)).find((run) => !before.includes(run.id))!
    expect(handed).toBeGreaterThan(0)
    await expect.poll(async () => (await runs(page)).find((run) => run.id === id)!.step, { ...patience, intervals: [50] }).toBeGreaterThan(handed)

    await rowOf(page, id).getByRole('button', { name: 'Bring it here' }).click()
    await expect(page.getByRole('status')).toContainText(`${title} has the server’s run now`, patience)
    const there = (await runs(page)).find((run) => run.id === id)!
    expect(there.state).toBe('paused')
    expect(there.step).toBeGreaterThan(handed)
    expect(there.step).toBeLessThan(order.steps)

    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await expect(live).toContainText('done', patience)
    const undisturbed = native({ model, ...order, out: `handover-${model}` })
    expect(await page.evaluate((name) => window.atelier.weightsSha256(name), model)).toBe(undisturbed.weights_sha256)
  })
}
