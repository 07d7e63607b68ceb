import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from '@playwright/test'
import type { ModelName } from '../../src/run/words'
import { expect, openPage, test } from '../page'

const parity = resolve(process.env.ATELIER_SHARED ?? '../../shared', 'parity')

/** The fingerprint (core/checkpoint) of a file of weights: all tensors, by name bytewise. */
function fingerprint(file: Buffer): string {
  const head = Number(file.readBigUInt64LE(0))
  const tensors = Object.entries(JSON.parse(file.subarray(8, 8 + head).toString()) as Record<string, { data_offsets: [number, number] }>)
    .filter(([name]) => name !== '__metadata__').sort(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256')
  for (const [, { data_offsets: [from, to] }] of tensors) hash.update(file.subarray(8 + head + from, 8 + head + to))
  return hash.digest('hex')
}

const fileOf = (page: Page, title: string, name: string, buffer: Buffer) =>
  page.getByRole('region', { name: title, exact: true }).locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })

const sha = (page: Page, model: ModelName) => page.evaluate((name) => window.atelier.weightsSha256(name), model)

// PyTorch's own files are not of this repository: where they are missing, this is left out and says so.
test('a file that PyTorch wrote loads bit for bit', async ({ page }) => {
  test.skip(!existsSync(parity), `PyTorch's files are not there: ${parity}`)
  test.setTimeout(180_000)
  await openPage(page, '#view=keep')
  for (const [model, title] of [['model1', 'Model 1'], ['model2', 'Model 2']] as const) {
    const file = readFileSync(resolve(parity, `${model}-init.safetensors`))
    await fileOf(page, title, `${model}-from-torch.safetensors`, file)
    await expect(page.getByRole('region', { name: title, exact: true })).toContainText(`${title} now has the weights of ${model}-from-torch.safetensors`)
    expect(await sha(page, model)).toBe(fingerprint(file))
  }
})

test('wrong files get a sentence, and nothing is lost', async ({ page }) => {
  test.setTimeout(180_000)
  await openPage(page, '#view=keep')
  const shipped = (model: ModelName) => readFileSync(resolve('weights', `${model}-report.safetensors`))
  const whole = shipped('model1')
  const swapped = Buffer.from(whole)
  swapped.write('conv9', swapped.indexOf('conv1'))
  await fileOf(page, 'Model 1', 'whole.safetensors', whole)
  await expect(page.getByRole('region', { name: 'Model 1', exact: true })).toContainText('Model 1 now has the weights of whole.safetensors')
  const before = await sha(page, 'model1')
  for (const [name, bytes, said] of [
    ['empty.safetensors', Buffer.alloc(0), /safetensors|too short|empty/i],
    ['holiday.jpg', Buffer.from('ffd8ffe000104a46494600010100', 'hex'), /safetensors|header/i],
    ['half.safetensors', whole.subarray(0, whole.length / 2), /bytes|end|short/i],
    ['renamed.safetensors', swapped, /conv[19]/],
    ['model2.safetensors', shipped('model2'), /Model 2/],
  ] as const) {
    await fileOf(page, 'Model 1', name, Buffer.from(bytes))
    const alert = page.getByRole('alert').locator('.trouble').last()
    await expect(alert, name).toContainText(said)
    await alert.getByRole('button').click()
    await expect(page.getByRole('alert')).toBeEmpty()
    expect(await sha(page, 'model1'), name).toBe(before)
  }
})
