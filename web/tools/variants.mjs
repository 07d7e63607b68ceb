// Measures programs against each other in the built page and prints one JSON object a line.
// usage: node tools/variants.mjs ADDRESS ROUNDS STEPS FILE...
//   {"file":"a.wasm","bytes":...}   as the page is served, with Brotli
//   {"file":"a.wasm","model":1,"ms":...,"cpuMs":...,"weightsSha256":"..."}   of a step, one worker
// Every file's page takes its turn in every round, each round begun by another, so that
// what else the machine does meets all. Where that is much, the processor's time says more
// than the clock's; it has a share of what goes before the first step.
import { existsSync, readFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { runnerImport } from 'vite'

const [address, rounds, steps, ...files] = process.argv.slice(2)
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
const batch = 16
const warmUp = 24

/** Opens the page with another program. */
async function open(browser, file) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  let asked = false
  await context.route(/main-[\w-]+\.wasm$/, (route) => {
    asked = true
    return route.fulfill({ body: readFileSync(file), contentType: 'application/wasm' })
  })
  const page = await context.newPage()
  await page.goto(address)
  await page.evaluate(() => window.atelier.ready())
  const train = (model, count) => page.evaluate((c) => window.benchmarkTrain(c), { model, batch, steps: count, workers: 1 })
  for (const model of [1, 2]) await train(model, warmUp)
  if (!asked) throw new Error('the page did not ask for its program')
  return { file, train }
}

const { module } = await runnerImport('./tools/precompress.ts')
for (const file of files) console.log(JSON.stringify({ file, bytes: module.ways.br(readFileSync(file)).length }))
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const system = await browser.newBrowserCDPSession()
  const spent = async () => {
    const { processInfo } = await system.send('SystemInfo.getProcessInfo')
    return 1000 * processInfo.filter((one) => one.type === 'renderer').reduce((sum, one) => sum + one.cpuTime, 0)
  }
  const pages = []
  for (const file of files) pages.push(await open(browser, file))
  for (let round = 0; round < Number(rounds); round++) {
    console.error(`  round ${round + 1} of ${rounds}`)
    const first = round % pages.length
    for (const { file, train } of [...pages.slice(first), ...pages.slice(0, first)]) {
      for (const model of [1, 2]) {
        const before = await spent()
        const { medianMs, weightsSha256 } = await train(model, Number(steps))
        console.log(JSON.stringify({ file, model, ms: medianMs, cpuMs: (await spent() - before) / Number(steps), weightsSha256 }))
      }
    }
  }
} finally {
  await browser.close()
}
