import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '../page'

// The weights that come with the page: a first visitor has both networks trained
// in under a second. A busy machine gets five.
const there = (model: string) => existsSync(fileURLToPath(new URL(`../../weights/${model}-best.safetensors`, import.meta.url)))

test('the page opens with trained networks', async ({ page }) => {
  test.skip(!there('model1') || !there('model2'), 'no weights of the recipe "best" are shipped yet')
  await page.goto('./#view=draw')
  const taken = await page.waitForFunction(() => [...document.querySelectorAll('.owned')].every((one) => one.textContent!.startsWith('Trained weights')) && performance.now())
  console.log(`trained networks after ${Math.round(await taken.jsonValue() as number)} ms`)
  expect(await taken.jsonValue()).toBeLessThan(5000)
})
