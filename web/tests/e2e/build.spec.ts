import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'

const assets = join(import.meta.dirname, '../../dist/site/assets')
const files = readdirSync(assets)
/** Of the WebAssembly program with Brotli, as promised. */
const mostBytes = 1_000_000
const read = (name: string) => readFileSync(join(assets, name))

test('script and style stay under 150 KB compressed', () => {
  const own = files.filter((name) => /\.(js|css)\.gz$/.test(name))
  expect(own.length).toBeGreaterThan(2)
  expect(own.reduce((sum, name) => sum + read(name).length, 0)).toBeLessThan(150_000)
})

test('the program stays as small as promised', () => {
  const program = files.filter((name) => /^main-.*\.wasm\.br$/.test(name))
  expect(program).toHaveLength(1)
  expect(read(program[0]!).length).toBeLessThan(mostBytes)
})

test('every compressed file holds its plain one', () => {
  for (const name of files.filter((one) => one.endsWith('.gz'))) expect(gunzipSync(read(name)).equals(read(name.slice(0, -3))), name).toBe(true)
  for (const name of files.filter((one) => one.endsWith('.br'))) expect(brotliDecompressSync(read(name)).equals(read(name.slice(0, -3))), name).toBe(true)
})

test('the program’s loader is the building toolchain’s, byte for byte, and both carry a hash', () => {
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
  const loader = files.find((name) => /^wasm_exec-[\w-]{8}\.js$/.test(name))!
  expect(read(loader).equals(readFileSync(join(root, 'lib/wasm/wasm_exec.js')))).toBe(true)
  expect(files.filter((name) => /^main-[\w-]{8}\.wasm$/.test(name))).toHaveLength(1)
})
