import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

const port = Number(process.env.PAGE_PORT ?? 4317)
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

export default defineConfig({
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
    { name: 'shots', testMatch: 'shots/*.spec.ts' },
  ],
  webServer: { command: `node tests/serve.mjs ${port}`, port, reuseExistingServer: false },
})
