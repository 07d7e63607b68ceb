import AxeBuilder from '@axe-core/playwright'
import { fill } from '../fill'
import { expect, openPage, test } from '../page'

// axe finds nothing on any view, filled with data, in light and dark, wide and narrow.
for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 360]) {
    test(`axe finds nothing, ${theme}, ${width} px`, async ({ page }) => {
      test.setTimeout(240_000)
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 800 })
      await openPage(page, '#model=both')
      const found: string[] = []
      await fill(page, async (view) => {
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()
        for (const one of violations) found.push(`${view}: ${one.id} (${one.nodes.length}) ${one.nodes[0]?.target.join(' ')} ${one.nodes[0]?.failureSummary?.split('\n')[1] ?? ''}`)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (wide > 0) found.push(`${view}: ${wide} px wider than the window`)
        // Tables of figures are read whole; the confusion matrix alone may be scrolled, its classes stay in sight.
        const hidden = await page.locator('.scroll-x:has(.figures-table)').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute('aria-label')))
        for (const name of hidden) found.push(`${view}: ${name} is cut off`)
      })
      expect(found).toEqual([])
    })
  }
}
