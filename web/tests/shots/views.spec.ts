import { mkdirSync } from 'node:fs'
import { openPage, test } from '../page'
import { fill } from '../fill'

const folder = 'shots'
const sizes = [[1440, 900], [360, 780]] as const

for (const theme of ['light', 'dark'] as const) {
  for (const [width, height] of sizes) {
    test(`every view, ${theme}, ${width} px`, async ({ page }) => {
      mkdirSync(folder, { recursive: true })
      test.setTimeout(240_000)
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height })
      await openPage(page, '#model=both')
      const shoot = (name: string) => page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png`, fullPage: true })
      await shoot('first')
      await fill(page, async (view) => { await shoot(view) })
    })
  }
}
