import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, openPage, test } from '../page'

const parity = resolve(process.env.ATELIER_SHARED ?? '../../shared', 'parity')

/** The fingerprint of design.md, section 4, of a file of weights: all tensors, by name bytewise. */
function fingerprint(file: Buffer): string {
  const head = Number(file.readBigUInt64LE(0))
  const tensors = Object.entries(JSON.parse(file.subarray(8, 8 + head).toString()) as Record<string, { data_offsets: [number, number] }>)
    .filter(([name]) => name !== '__metadata__').sort(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256')
  for (const [, { data_offsets: [from, to] }] of tensors) hash.update(file.subarray(8 + head + from, 8 + head + to))
  return hash.digest('hex')
}

test('a file that PyTorch wrote loads bit for bit; wrong files get a sentence, and nothing is lost', async ({ page }) => {
  test.skip(!existsSync(parity), 'needs the shared folder of PyTorch’s files')
  test.setTimeout(180_000)
  await openPage(page, '#view=keep')
  const file = (name: string) => readFileSync(resolve(parity, `${name}-init.safetensors`))
  const give = (title: string, name: string, buffer: Buffer) =>
    page.getByRole('region', { name: title, exact: true }).locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
  const sha = (model: 'model1' | 'model2') => page.evaluate((name) => window.atelier.weightsSha256(name), model)

  for (const model of ['model1', 'model2'] as const) {
    const title = model === 'model1' ? 'Model 1' : 'Model 2'
    await give(title, `${model}-from-torch.safetensors`, file(model))
    await expect(page.getByRole('region', { name: title, exact: true })).toContainText(`${title} now has the weights of ${model}-from-torch.safetensors`)
    expect(await sha(model)).toBe(fingerprint(file(model)))
  }

  const whole = file('model1')
  const swapped = Buffer.from(whole)
  swapped.write('conv9', swapped.indexOf('conv1'))
  for (const [name, bytes, said] of [
    ['empty.safetensors', Buffer.alloc(0), /safetensors|too short|empty/i],
    ['holiday.jpg', Buffer.from('ffd8ffe000104a46494600010100', 'hex'), /safetensors|header/i],
    ['half.safetensors', whole.subarray(0, whole.length / 2), /bytes|end|short/i],
    ['renamed.safetensors', swapped, /conv[19]/],
    ['model2.safetensors', file('model2'), /Model 2/],
  ] as const) {
    await give('Model 1', name, Buffer.from(bytes))
    const alert = page.getByRole('alert').locator('.trouble').last()
    await expect(alert, name).toContainText(said)
    console.log(`${name}: ${await alert.locator('p').textContent()}`)
    await alert.getByRole('button').click()
    await expect(page.getByRole('alert')).toBeEmpty()
    expect(await sha('model1'), name).toBe(fingerprint(whole))
  }
})
