import { expect, openPage, test } from '../page'

// What cannot work says so in one sentence; never a blank page.
test.describe('with a console that complains', () => {
  test.use({ allowed: [/Failed to load resource/] })

  test('data that is missing', async ({ page }) => {
    await page.route('**/data/index.json', (route) => route.fulfill({ status: 404, body: 'no' }))
    await page.goto('./')
    await expect(page.getByRole('alert')).toContainText('index.json is missing on the server (status 404)')
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeDisabled()
  })

  test('data that comes when asked for again fills the view that waits', async ({ page }) => {
    await page.route('**/data/index.json', (route) => route.fulfill({ status: 404, body: 'no' }))
    await page.goto('./#view=draw&weights=none')
    await expect(page.getByRole('button', { name: /Try again/ })).toBeVisible()
    await page.unroute('**/data/index.json')
    await page.getByRole('button', { name: /Try again/ }).click()
    await expect(page.getByRole('application', { name: 'Drawing pad' })).toBeVisible()
  })

  test('data that is missing is asked for once, however late the programs come', async ({ page }) => {
    let asked = 0
    await page.route('**/data/index.json', (route) => { asked++; return route.fulfill({ status: 404, body: 'no' }) })
    let come = () => {}
    const late = new Promise<void>((now) => { come = now })
    await page.route('**/assets/worker-*.js', async (route) => {
      await late
      await route.fallback()
    })
    await page.goto('./#view=draw&weights=none')
    await expect(page.getByRole('button', { name: /Try again/ })).toBeVisible()
    come()
    await page.waitForTimeout(1000) // for a try that nobody asked for
    await expect(page.getByRole('button', { name: /Try again/ })).toBeVisible()
    expect(asked).toBe(1)
  })

  test('data that is cut short', async ({ page }) => {
    await page.route('**/data/t10k-labels-idx1-ubyte.gz', async (route) => {
      const body = await (await route.fetch()).body()
      await route.fulfill({ body: body.subarray(0, body.length / 2), contentType: 'application/gzip' })
    })
    await page.goto('./')
    await expect(page.getByRole('alert')).toContainText('t10k-labels-idx1-ubyte arrived incomplete or damaged')
  })

  test('a program that is missing', async ({ page }) => {
    await page.route('**/assets/main-*.wasm', (route) => route.fulfill({ status: 404, body: 'no' }))
    await page.goto('./')
    await expect(page.getByRole('alert')).toContainText('main.wasm) is missing on the server (status 404)')
  })

  test('a program that is not one', async ({ page }) => {
    await page.route('**/assets/main-*.wasm', (route) => route.fulfill({ body: 'half of something', contentType: 'application/wasm' }))
    await page.goto('./')
    await expect(page.getByRole('alert')).toContainText('could not be read')
  })
})

test('no WebAssembly', async ({ page }) => {
  await page.addInitScript(() => { Object.defineProperty(window, 'WebAssembly', { value: undefined }) })
  await page.goto('./')
  await expect(page.getByRole('alert')).toContainText('This browser has no WebAssembly')
})

test('a config that the program refuses', async ({ page }) => {
  await openPage(page)
  const said = await page.evaluate(() => window.atelier.train({ model: 'model1', lr: 999 }).catch((error: Error) => error.message))
  expect(said).toBe('lr must be below 10, not 999')
})
