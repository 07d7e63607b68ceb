// Measures the built page in a Chromium and prints one JSON object a line.
// usage: node tools/measure.mjs ADDRESS ROUNDS TRAIN-STEPS INFER-STEPS
//   {"model":1,"task":"train","workers":2,"imagesPerSecond":...,"medianMs":...}
// The cases take turns, so that what else the machine does meets all of them.
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const [address, rounds, trainSteps, inferSteps] = process.argv.slice(2)
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
const cases = [1, 2].flatMap((model) => [
  { model, task: 'train', workers: 1, batch: 128, steps: Number(trainSteps) },
  { model, task: 'train', workers: 2, batch: 128, steps: Number(trainSteps) },
  { model, task: 'infer', workers: 1, batch: 256, steps: Number(inferSteps) },
  { model, task: 'infer', workers: 1, batch: 1, steps: 20 * Number(inferSteps) },
])

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage()
  await page.goto(address)
  await page.evaluate(() => window.atelier.ready())
  for (let round = 0; round < Number(rounds); round++) {
    for (const one of cases) {
      const { imagesPerSecond, medianMs } = await page.evaluate((c) =>
        c.task === 'train' ? window.atelier.benchmarkTrain(c) : window.atelier.benchmarkInfer(c), one)
      console.log(JSON.stringify({ ...one, imagesPerSecond, medianMs, browser: browser.version() }))
    }
  }
} finally {
  await browser.close()
}
