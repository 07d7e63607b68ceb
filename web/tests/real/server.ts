import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'

/** The file with what a server printed: that with the real images, or with the drawn ones. */
type Printed = 'address' | 'drawn-address'
const file = (printed: Printed) => fileURLToPath(new URL(`../../test-scratch/${printed}`, import.meta.url))
export const patience = { timeout: 60_000 }

/** The words after # in the address that the server printed: its start token. */
export const token = (printed: Printed = 'address') => new URL(readFileSync(file(printed), 'utf8').trim()).hash.slice(1)

export interface OnServer { id: string; state: string; step: number; config: { batch: number }; environment: { engine: string } }

/** The server's runs; reading needs no token. */
export async function runs(page: Page): Promise<OnServer[]> {
  return (await (await page.request.get('api/runs')).json() as { runs: OnServer[] }).runs
}

/** A request that needs the token, sent beside the page. */
export const ordered = (page: Page, path: string, data?: object, printed: Printed = 'address') =>
  page.request.post(`api/${path}`, { headers: { Authorization: `Bearer ${new URLSearchParams(token(printed)).get('token')}` }, ...(data ? { data } : {}) })

export const rowOf = (page: Page, id: string) => page.getByRole('region', { name: 'Runs', exact: true }).getByRole('row').filter({ has: page.getByRole('checkbox', { name: new RegExp(id) }) })
