import { expect, openPage, test } from '../page'

// Who trains on images that are not Fashion-MNIST must be able to read so on any screen; 345 px are a phone's 360 beside a scroll bar.
for (const width of [320, 345, 390]) {
  test(`the drawn sample says that it is one, whole, at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 })
    await openPage(page, '#weights=none')
    const chip = page.getByText(/^Drawn sample, [\d,]+ images$/)
    await expect(chip).toBeVisible()
    const cut = await chip.evaluate((element) => {
      const text = document.createRange()
      text.selectNodeContents(element)
      const [inner, outer] = [text.getBoundingClientRect(), element.getBoundingClientRect()]
      return { left: outer.left - inner.left, right: inner.right - outer.right, beyond: document.documentElement.scrollWidth - innerWidth }
    })
    expect(cut.left).toBeLessThanOrEqual(0)
    expect(cut.right).toBeLessThanOrEqual(0)
    expect(cut.beyond).toBeLessThanOrEqual(0)
  })
}
