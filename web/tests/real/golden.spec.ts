import { readFileSync } from 'node:fs'
import { expect, openPage, test } from '../page'

// A stranger's clone can check the promise of the same bits: these runs on the drawn sample,
// which needs no file, end in the page with the weights written down, as natively (core/train).

interface Golden {
  model: 'model1' | 'model2'
  recipe: 'report' | 'best' | 'sketch'
  epochs: number
  limit: number
  batch: number
  seed: number
  weights_sha256: string
  val_loss: number
  val_acc: number
}

const runs = (JSON.parse(readFileSync('../core/train/testdata/golden-drawn.json', 'utf8')) as Golden[]).filter(({ recipe }) => recipe === 'report')

test('a golden run is written down for each model', () => {
  expect(runs.map(({ model }) => model)).toEqual(['model1', 'model2'])
})

for (const { weights_sha256, val_loss, val_acc, ...config } of runs) {
  test(`${config.model} trains in the page to the weights written down`, async ({ page }) => {
    test.setTimeout(300_000)
    await openPage(page)
    const [end, sha256] = await page.evaluate(async (config) => [await window.atelier.train(config), await window.atelier.weightsSha256(config.model)], config)
    expect(end).toMatchObject({ event: 'done', epoch: config.epochs, val_loss, val_acc, weights_sha256 })
    expect(sha256).toBe(weights_sha256)
  })
}
