import { mkdirSync } from 'node:fs'
import { expect, openPage, test } from '../page'
import { fill } from '../fill'

// Pictures of every view, for people to look at: before, during and after training. Limits are
// wide: nothing is promised here, and pictures of whole pages take their time on a busy machine.
const folder = 'shots'
const sizes = [[1440, 900], [360, 780]] as const
const views = ['Train', 'Test', 'Look', 'Draw', 'Keep', 'Runs']

for (const theme of ['light', 'dark'] as const) {
  for (const [width, height] of sizes) {
    test(`every view, ${theme}, ${width} px`, async ({ page }) => {
      mkdirSync(folder, { recursive: true })
      test.setTimeout(600_000)
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height })
      await openPage(page, '#token=test-token&model=both&epochs=40')
      const shoot = (name: string) => page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png`, fullPage: true })
      const open = async (view: string) => {
        await page.getByRole('link', { name: view, exact: true }).click()
        await page.evaluate(() => scrollTo(0, 0))
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      }
      for (const view of views) {
        await open(view)
        await shoot(`before-${view.toLowerCase()}`)
      }

      await open('Train')
      await page.getByRole('button', { name: 'Train', exact: true }).click()
      for (const model of ['Model 1', 'Model 2']) await expect(page.getByRole('region', { name: `${model}: Live` })).toContainText(/Epoch ([6-9]|\d\d)\/40/)
      if (width > 900) {
        await page.getByRole('group', { name: 'While it trains' }).getByLabel('Learning rate').fill('0.0003')
        await page.keyboard.press('Enter')
      }
      await shoot('during-train')
      for (const view of ['Test', 'Look', 'Keep', 'Runs']) {
        await open(view)
        if (view === 'Look') await expect(page.getByRole('region', { name: 'Inside Model 2' }).locator('canvas').nth(5)).toBeVisible()
        await shoot(`during-${view.toLowerCase()}`)
      }
      await open('Train')
      await page.getByRole('button', { name: 'Pause', exact: true }).click()
      await shoot('paused-train')
      await page.getByRole('button', { name: 'Reset', exact: true }).click()
      await page.getByRole('button', { name: 'Yes, reset' }).click()

      await fill(page, async (view) => {
        await page.evaluate(() => scrollTo(0, 0))
        await shoot(`after-${view}`)
      })
    })
  }
}
