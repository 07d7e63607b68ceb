import type { Page } from '@playwright/test'
import { expect, openPage, test } from '../page'

/** Presses Tab (or another key) until the element has the focus. */
async function tabTo(page: Page, name: string | RegExp, role: Parameters<Page['getByRole']>[0], key = 'Tab') {
  const wanted = page.getByRole(role, { name, exact: typeof name === 'string' }).first()
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press(key)
    if (await wanted.evaluate((element) => element === document.activeElement).catch(() => false)) return wanted
  }
  throw new Error(`no ${role} ${name} among 120 stops`)
}

const openView = async (page: Page, name: string) => {
  await (await tabTo(page, name, 'link', 'Shift+Tab')).press('Enter')
  await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page')
}

test('the whole way by keyboard alone: train, test, look, draw, keep, runs', async ({ page }) => {
  test.setTimeout(120_000)
  await openPage(page, '#epochs=2')
  await (await tabTo(page, 'Train', 'button', 'Shift+Tab')).press('Enter')
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await expect(live).toContainText('done')

  await openView(page, 'Test')
  await tabTo(page, /^T-shirt\/top recognised/, 'gridcell')
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown')
  await expect(page.locator('[data-cell="6-0"]')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: /^Shirt taken for T-shirt/ })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.locator('[data-cell="6-0"]')).toBeFocused()

  await openView(page, 'Look')
  const grid = await tabTo(page, 'Images', 'listbox')
  await expect(grid.getByRole('option', { name: /^Test image 123,/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: /^Test image 1,/ })).toBeVisible()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: /^Test image (9999|399),/ })).toBeVisible()
  await tabTo(page, 'Layer', 'combobox')
  await page.keyboard.press('c')
  await page.keyboard.press('ArrowDown')
  await (await tabTo(page, 'per map', 'button')).press(' ')
  await expect(page.getByRole('button', { name: 'per map' }).first()).toHaveAttribute('aria-pressed', 'true')

  await openView(page, 'Draw')
  await tabTo(page, 'Drawing pad', 'application')
  await page.keyboard.press(' ')
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowLeft']) await page.keyboard.press(`Shift+${key}`)
  await page.keyboard.press(' ')
  await expect(page.getByRole('region', { name: 'Drawing pad' })).toContainText('%')
  await page.keyboard.press('z')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()

  await openView(page, 'Keep')
  const save = await tabTo(page, 'Save best weights', 'button')
  const [download] = await Promise.all([page.waitForEvent('download'), save.press('Enter')])
  expect(download.suggestedFilename()).toBe('model1-best.safetensors')

  await openView(page, 'Runs')
  await expect(page.getByRole('row', { name: /Here Model 1/ })).toBeVisible()
})

test('Space trains and pauses, a full stop does one step, figures open the views', async ({ page }) => {
  await openPage(page, '#epochs=150')
  const live = page.getByRole('region', { name: 'Model 1: Live' })
  await page.keyboard.press(' ')
  await expect(live).toContainText(/Epoch ([2-9]|\d\d+)\/150/)
  await page.keyboard.press(' ')
  await expect(live).toContainText('paused')
  const before = await live.textContent()
  await page.keyboard.press('.')
  await expect(live).not.toHaveText(before!)
  await expect(live).toContainText('paused')
  for (const [key, title] of [['2', 'Test'], ['3', 'Look'], ['4', 'Draw'], ['5', 'Keep'], ['6', 'Runs']] as const) {
    await page.keyboard.press(key)
    await expect(page.getByRole('heading', { name: title, exact: true, level: 1 })).toBeVisible()
  }
})

test('single keys are silent while typing, and can be switched off', async ({ page }) => {
  await openPage(page)
  await page.getByRole('spinbutton', { name: 'Epochs' }).focus()
  await page.keyboard.press('3')
  await expect(page.getByRole('heading', { name: 'Watch two networks learn' })).toBeVisible()
  await page.getByRole('heading', { name: 'Watch two networks learn' }).click()
  await page.keyboard.press('?')
  await page.getByLabel('Single-key shortcuts are on').uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('3')
  await expect(page.getByRole('heading', { name: 'Watch two networks learn' })).toBeVisible()
})

test('every stop of the Tab key is in sight and shows that it has the focus', async ({ page }) => {
  test.setTimeout(180_000)
  await openPage(page, '#epochs=2')
  await page.evaluate(() => window.atelier.train({ model: 'model1', epochs: 2 }))
  const wrong: string[] = []
  for (const view of ['Train', 'Test', 'Look', 'Draw', 'Keep', 'Runs']) {
    await page.getByRole('link', { name: view, exact: true }).click()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.getByRole('link', { name: 'Skip to the content' }).focus()
    await page.keyboard.press('Enter')
    for (let i = 0; i < 100; i++) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate(() => {
        const element = document.activeElement
        if (!element || element === document.body || element.closest('header.head')) return null
        const { width, height, top, bottom, left, right } = element.getBoundingClientRect()
        const seen = width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth
        const ring = (one: Element) => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }
        const inner = element.querySelector('.tile.active')
        const shows = ring(element) || (inner !== null && ring(inner)) || (element.closest('label') !== null && ring(element.closest('label')!))
        return { name: element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 30) ?? element.tagName, ok: seen && shows }
      })
      if (!stop) break
      if (!stop.ok) wrong.push(`${view}: ${stop.name}`)
    }
  }
  expect(wrong).toEqual([])
})
