import { readFileSync } from 'node:fs'
import { test as base, expect, type Page } from '@playwright/test'
import { fakeWorkerPath } from './fake/bundle'

export interface Options {
  /** Put the fake worker in the place of the shipped one. */
  fake: boolean
  /** Console errors that a test provokes on purpose. */
  allowed: RegExp[]
}

/**
 * The page of every test. A test fails on any console error, uncaught error,
 * policy violation, or request to another host.
 */
export const test = base.extend<Options>({
  fake: [true, { option: true }],
  allowed: [[], { option: true }],
  page: async ({ page, fake, allowed, baseURL }, use) => {
    const wrong: string[] = []
    const note = (text: string) => { if (!allowed.some((pattern) => pattern.test(text))) wrong.push(text) }
    page.on('console', (message) => {
      if (message.type() === 'error' || /Content.Security.Policy/i.test(message.text())) note(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => note(`uncaught: ${error.message}`))
    page.on('request', (request) => {
      const address = new URL(request.url())
      if (/^https?:$/.test(address.protocol) && address.origin !== new URL(baseURL!).origin) wrong.push(`foreign request: ${address.href}`)
    })
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`))
    })
    if (fake) await useFakeWorker(page)
    await use(page)
    expect(wrong).toEqual([])
  },
})

export async function useFakeWorker(page: Page) {
  await page.route('**/assets/worker-*.js', (route) => route.fulfill({
    body: readFileSync(fakeWorkerPath),
    headers: {
      'Content-Type': 'text/javascript',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  }))
}

/** Opens a view and waits until the images are there. Networks begin untrained unless the hash says which weights. */
export async function openPage(page: Page, hash = '') {
  const words = hash.replace(/^#/, '')
  await page.goto(`./#${words.includes('weights=') ? words : [words, 'weights=none'].filter(Boolean).join('&')}`)
  await page.evaluate(() => window.atelier.ready())
}

export { expect }
