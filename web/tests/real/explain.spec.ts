import { readFileSync } from 'node:fs'
import { expect, openPage, test } from '../page'

// filled makes a file of a network's weights that are all the same number, after the names and shapes of a shipped one.
function filled(model: string, value: number): Buffer {
  const shipped = readFileSync(`weights/${model}-best.safetensors`)
  const header = JSON.parse(shipped.subarray(8, 8 + Number(shipped.readBigUInt64LE())).toString())
  delete header.__metadata__
  let end = 0
  for (const tensor of Object.values<{ dtype: string; shape: number[]; data_offsets: number[] }>(header)) {
    tensor.dtype = 'F32'
    tensor.data_offsets = [end, (end += 4 * tensor.shape.reduce((a, b) => a * b, 1))]
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, Buffer.from(new Float32Array(end / 4).fill(value).buffer)])
}

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

test('weights beyond all numbers are not explained, and that is no trouble', async ({ page }) => {
  await openPage(page, '#model=model1&view=look')
  const bytes = filled('model1', 1e30).toString('base64')
  await page.evaluate(async (text) => {
    await window.atelier.ready()
    await window.atelier.load('model1', new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))
  }, bytes)
  const inside = page.getByRole('region', { name: 'Inside Model 1' })
  await inside.getByLabel('Layer').selectOption('conv2')
  const one = inside.getByRole('region', { name: 'Model 1: One number, down to its products' })
  await expect(one).toBeVisible()
  await expect(one.locator('dd.explained-value')).toHaveCount(0, { timeout: 30_000 })
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toHaveCount(0)
})
