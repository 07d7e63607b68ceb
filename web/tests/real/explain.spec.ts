import { expect, openPage, test } from '../page'

// What the page shows of one number adds up to the number, for both networks and a deep layer.
for (const [title, layer, deep] of [['Model 1', 'conv1', false], ['Model 2', 'features.9', true]] as const) {
  test(`a number of ${title}, ${layer}, is the sum of its products`, async ({ page }) => {
    await openPage(page, `#model=both&view=look&weights=best`)
    const inside = page.getByRole('region', { name: `Inside ${title}` })
    await inside.getByLabel('Layer').selectOption(layer)
    const one = inside.getByRole('region', { name: `${title}: One number, down to its products` })
    await expect(one.locator('dd.explained-value')).toBeVisible({ timeout: 30_000 })
    const steps = await one.locator('dl').evaluate((list) => [...list.querySelectorAll('dt')].map((name) => [name.textContent!, name.nextElementSibling!.textContent!]))
    const number = (text: string) => Number(text.replace(/− ?/, '-').replace('+ ', ''))
    const at = (pattern: RegExp) => number(steps.find(([name]) => pattern.test(name!))?.[1] ?? '0')
    // Each of the numbers shown is rounded to three places.
    expect(deep ? at(/strongest of 128/) + at(/^122 other windows/) : at(/nine products$/) + at(/^Bias$/)).toBeCloseTo(at(/^Sum$/), 2)
    const normed = /× ([\d.]+) ([+−] [\d.]+)/.exec(steps.map(([name]) => name).join('; '))
    const before = normed ? at(/^Batch normalisation/) : at(/^Sum$/)
    if (normed) expect(at(/^Sum$/) * Number(normed[1]) + number(normed[2]!)).toBeCloseTo(before, 1)
    expect(normed !== null).toBe(deep)
    expect(at(/^ReLU/)).toBeCloseTo(Math.max(0, before), 3)
    const shown = await one.getByRole('table', { name: 'products' }).first().locator('td').allTextContents()
    expect(shown).toHaveLength(9)
  })
}
