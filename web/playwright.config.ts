import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from '@playwright/test'
import type { Options } from './tests/page'

const port = Number(process.env.PAGE_PORT ?? 4317)
const serverPort = port + 1
const scratch = 'test-scratch'
const data = resolve(process.env.ATELIER_SHARED ?? '../../shared', 'fashion-mnist')
const dataFlag = existsSync(data) ? ` -data ${data}` : ''
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

export default defineConfig<Options>({
  testDir: 'tests',
  globalSetup: './tests/fake/bundle.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'line',
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1440, height: 900 },
    launchOptions: { ...(chromium ? { executablePath: chromium } : {}), args: ['--no-sandbox'] },
    permissions: ['clipboard-read', 'clipboard-write'],
  },
  projects: [
    { name: 'page', testMatch: 'e2e/*.spec.ts' },
    { name: 'real', testMatch: 'real/*.spec.ts', use: { baseURL: `http://127.0.0.1:${serverPort}/`, fake: false } },
    { name: 'shots', testMatch: 'shots/*.spec.ts' },
  ],
  // The page's own tests have a small server with canned runs; the real ones have ours,
  // which prints its address with the start token, as to a person.
  webServer: [
    { command: `node tests/serve.mjs ${port}`, port, reuseExistingServer: false },
    {
      command: `go build -o web/${scratch}/atelier ./server && rm -rf web/${scratch}/runs && exec web/${scratch}/atelier serve -addr 127.0.0.1:${serverPort} -page web/dist/site -runs web/${scratch}/runs${dataFlag} > web/${scratch}/address`,
      cwd: '..', port: serverPort, timeout: 300_000, reuseExistingServer: false,
    },
  ],
})
