import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'
import type { Options } from './tests/page'
import { images } from './tests/real/images'

const port = Number(process.env.PAGE_PORT ?? 4317)
const serverPort = port + 1
const drawnPort = port + 2
const scratch = 'test-scratch'
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

// What is shown with many short runs takes the few images that Atelier draws: an epoch
// of the real ones ends with six thousand of validation.
const onDrawn = /real\/(compare|crew|death|explain|golden|lost|pause|phone)\.spec\.ts$/
const serve = `web/${scratch}/atelier serve -page web/dist/site`

export default defineConfig<Options>({
  testDir: 'tests',
  globalSetup: './tests/fake/bundle.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // What failed is told whole at the end, where a long log is read first.
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1440, height: 900 },
    launchOptions: { ...(chromium ? { executablePath: chromium } : {}), args: ['--no-sandbox'] },
    permissions: ['clipboard-read', 'clipboard-write'],
  },
  projects: [
    { name: 'page', testMatch: 'e2e/*.spec.ts' },
    { name: 'real', testMatch: 'real/*.spec.ts', testIgnore: onDrawn, use: { baseURL: `http://127.0.0.1:${serverPort}/`, fake: false } },
    { name: 'drawn', testMatch: onDrawn, use: { baseURL: `http://127.0.0.1:${drawnPort}/`, fake: false } },
    { name: 'shots', testMatch: 'shots/*.spec.ts' },
  ],
  // The page's own tests have a small server with canned runs; the real ones have ours,
  // which prints its address with the start token, as to a person, and one with drawn images.
  webServer: [
    { command: `node tests/serve.mjs ${port}`, port, reuseExistingServer: false },
    {
      command: [
        `go build -o web/${scratch}/atelier ./server && rm -rf web/${scratch}/runs web/${scratch}/drawn-runs web/${scratch}/drawn-address`,
        `{ ${serve} -addr 127.0.0.1:${drawnPort} -runs web/${scratch}/drawn-runs -data drawn > web/${scratch}/drawn-address & }`,
        // It has printed its address once it listens.
        `until [ -s web/${scratch}/drawn-address ]; do sleep 0.1; done`,
        `exec ${serve} -addr 127.0.0.1:${serverPort} -runs web/${scratch}/runs -data ${images} > web/${scratch}/address`,
      ].join(' && '),
      cwd: '..', port: serverPort, timeout: 300_000, reuseExistingServer: false,
    },
  ],
})
