import { expect, openPage, test } from '../page'

// WebAssembly's memory only grows: what a worker has at the end is the most it ever had.
const keepMemory = `{
  const { instantiate } = WebAssembly
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args)
    globalThis.programMemory = instance.exports.mem
    return instance
  }
}
`

test('a worker trains Model 1 in less than 200 MB, and saving again and again adds nothing', async ({ page }) => {
  test.setTimeout(300_000)
  await page.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch()
    const { 'content-encoding': _, 'content-length': __, ...headers } = response.headers()
    await route.fulfill({ response, headers, body: keepMemory + (await response.text()) })
  })
  const largest = async () => Math.max(...await Promise.all(page.workers().map((worker) =>
    worker.evaluate(() => (globalThis as unknown as { programMemory?: WebAssembly.Memory }).programMemory?.buffer.byteLength ?? 0))))

  await openPage(page)
  await page.evaluate(async () => {
    const { atelier } = window
    void atelier.train({ model: 'model1', recipe: 'report', seed: 1, batch: 128, limit: 25600, epochs: 2 })
    while (!(await atelier.pause().then(() => true, () => false))) await new Promise((later) => setTimeout(later, 20))
    await atelier.step(2)
  })
  const trains = await largest()
  expect(trains).toBeGreaterThan(50e6)
  expect(trains).toBeLessThan(200e6)
  const saveThrice = () => page.evaluate(async () => {
    const { atelier } = window
    await atelier.step(2)
    for (let i = 0; i < 3; i++) await atelier.save('model1')
    await atelier.weightsSha256('model1')
  })
  // Where the collector puts the first saves is by chance; soon there is room for all that follow.
  for (let i = 0; i < 6; i++) await saveThrice()
  const saved = await largest()
  for (let i = 0; i < 12; i++) await saveThrice()
  const late = await largest()
  console.log(`WebAssembly memory of a worker: ${[trains, saved, late].map((bytes) => (bytes / 1e6).toFixed(0)).join(', ')} MB when training, saving, and saving on`)
  expect(late).toBeLessThan(200e6)
  expect(late).toBeLessThan(saved + 15e6) // a save's weights are 6.5 MB, and there were thirty-six
  await page.evaluate(() => window.atelier.stop())
})
