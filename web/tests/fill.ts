import { expect, type Page } from '@playwright/test'

/** Fills every view with data, as a user would, and calls `look` when each stands. */
export async function fill(page: Page, look: (view: string) => Promise<void>) {
  await page.evaluate(() => Promise.all([window.atelier.train({ model: 'model1' }), window.atelier.train({ model: 'model2', epochs: 12 })]))
  await expect(page.getByRole('region', { name: 'Model 2: Live' })).toContainText('done')
  await look('train')

  await page.getByRole('link', { name: 'Test', exact: true }).click()
  await expect(page.getByRole('grid')).toHaveCount(2)
  await page.getByRole('gridcell', { name: /^Shirt taken for T-shirt\/top/ }).first().click()
  await look('test')

  await page.getByRole('link', { name: 'Look', exact: true }).click()
  await expect(page.getByRole('option', { name: /^Test image 123,/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Inside Model 2' }).locator('canvas').nth(5)).toBeVisible()
  await expect(page.getByRole('region', { name: /^Model 2: The filters/ }).locator('canvas').nth(31)).toBeVisible()
  await settled(page)
  await look('look')

  await page.getByRole('link', { name: 'Draw', exact: true }).click()
  await drawBoot(page)
  await expect(page.getByRole('region', { name: 'Drawing pad' })).toContainText('sure')
  await expect(page.getByRole('region', { name: 'Inside Model 2' }).locator('canvas').nth(5)).toBeVisible()
  await settled(page)
  await look('draw')

  await page.getByRole('link', { name: 'Keep', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Keep', exact: true })).toBeVisible()
  await look('keep')

  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'The server’s machine' })).toBeVisible()
  await expect(page.getByRole('row', { name: /Server Model 1/ }).first()).toBeVisible()
  await settled(page)
  await look('runs')
}

/** Waits until nothing in the page has changed for half a second, and no animation is under way. */
const settled = (page: Page) => page.evaluate(() => new Promise<void>((resolve) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const calm = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (document.getAnimations().some((one) => one.playState === 'running')) return calm()
      watch.disconnect()
      resolve()
    }, 500)
  }
  const watch = new MutationObserver(calm)
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  calm()
}))

/** Draws something like a boot with the mouse. */
export async function drawBoot(page: Page) {
  const pad = page.getByRole('application', { name: 'Drawing pad' })
  await pad.scrollIntoViewIfNeeded()
  const box = (await pad.boundingBox())!
  const points = [[0.1, 0.85], [0.12, 0.7], [0.4, 0.6], [0.5, 0.15], [0.9, 0.12], [0.92, 0.88], [0.1, 0.9]]
  const [[x, y]] = points as [[number, number]]
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height)
  await page.mouse.down()
  for (const [px, py] of points.slice(1)) await page.mouse.move(box.x + px! * box.width, box.y + py! * box.height, { steps: 6 })
  await page.mouse.up()
}
