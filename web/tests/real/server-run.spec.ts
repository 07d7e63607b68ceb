import { expect, openPage, test } from '../page'
import { ordered, patience, rowOf, runs, token } from './server'

// A run that a failed test leaves would be in the way of the next one.
test.afterEach(async ({ page }) => {
  for (const { id, state } of await runs(page)) if (state === 'running' || state === 'queued') await ordered(page, `runs/${id}/stop`)
})

test('a run begun on the server is followed, paused, resumed and stopped in the page', async ({ page }) => {
  test.setTimeout(300_000)
  await openPage(page, `#view=runs&epochs=50&${token()}`)
  const before = (await runs(page)).map((run) => run.id)
  await page.getByRole('button', { name: 'Train Model 2 on the server' }).click()
  await expect.poll(async () => (await runs(page)).length, patience).toBe(before.length + 1)
  const { id } = (await runs(page)).find((run) => !before.includes(run.id))!
  const row = rowOf(page, id)
  const step = async () => (await runs(page)).find((run) => run.id === id)!.step

  // Live, in the charts that the page's own runs have: nothing here asks again.
  await expect(row).toContainText('training', patience)
  const line = page.locator('.legend').first().getByText(`Model 2 (${id}), training`)
  await expect(line).toBeVisible(patience)

  // The machine's panel knows the run's speed and how long it still takes.
  const machine = page.getByRole('region', { name: 'The server’s machine' })
  await expect(machine).toContainText(/images\/s, .* left/, patience)

  await row.getByRole('button', { name: 'Pause' }).click()
  await expect(row).toContainText('paused', patience)
  const paused = await step()
  expect(paused).toBeGreaterThan(0)
  await page.waitForTimeout(1000)
  expect(await step()).toBe(paused)

  await row.getByRole('button', { name: 'Resume' }).click()
  await expect(row).toContainText('training', patience)
  await expect.poll(step, patience).toBeGreaterThan(paused)

  await row.getByRole('button', { name: 'Stop' }).click()
  await expect(row).toContainText('stopped', patience)
  const stopped = (await runs(page)).find((run) => run.id === id)!
  expect(stopped.state).toBe('stopped')
})

test('the server’s machine is shown, and measured when asked', async ({ page }) => {
  test.setTimeout(120_000)
  await openPage(page, `#view=runs&epochs=5&${token()}`)
  const machine = page.getByRole('region', { name: 'The server’s machine' })
  await machine.getByRole('button', { name: 'Measure both models' }).click()
  await expect(page.getByRole('status')).toContainText('speed on the server is measured', patience)
  for (const title of ['Model 1', 'Model 2']) {
    await expect(machine.locator('div').filter({ hasText: title }).last()).toContainText(/[1-9][\d,]* images\/s, recipe “Report” in \d+ (s|min|h)/)
  }
  await expect(machine).toContainText('Processors')
  await expect(machine).toContainText(/Memory[\d.]+ GB/)
  await expect(machine.getByRole('listitem').filter({ hasText: 'core' }).first()).toContainText('ready')
})
