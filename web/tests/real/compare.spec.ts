import { expect, openPage, test } from '../page'

// Both networks answer the same images, and the program says whether their difference may be chance.
test('two tested networks are compared, with the program’s word on chance', async ({ page }) => {
  test.setTimeout(300_000)
  await openPage(page, '#model=both&view=test&weights=best')
  for (const title of ['Model 1', 'Model 2']) await page.getByRole('button', { name: `Test ${title}`, exact: true }).click()
  const beside = page.getByRole('region', { name: 'Side by side' })
  const only = async (title: string) =>
    (await beside.getByRole('button', { name: new RegExp(`^Only ${title} right`) }).locator('strong').textContent({ timeout: 120_000 }))!
  const [one, two] = [await only('Model 1'), await only('Model 2')]
  const apart = Math.abs(Number(one) - Number(two))
  await expect(beside).toContainText(`${one} images only Model 1 got right, ${two} only Model 2.`)
  // The one is said below 5 %, the other from there on: about twice the root of the disagreements.
  const [, share, word] = /in (?:less than )?([\d.]+) % of such tests: the difference (is hardly|may well be) chance/.exec((await beside.textContent())!)!
  expect(word).toBe(Number(share) < 5 ? 'is hardly' : 'may well be')
  const root = Math.sqrt(Number(one) + Number(two))
  if (apart > 3 * root) expect(word).toBe('is hardly')
  if (apart < root) expect(word).toBe('may well be')
})
