import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from '@playwright/test'
import { expect, test } from '../page'
import { ordered, runs, token } from './server'

// In a real Chromium: a page of another origin, open in the same browser,
// tries all that a page can to start a run on our server or to read from it.
// The same page succeeds against a server without guards, so that the attack
// is one.

/** A page of an attacker's, and an unguarded server that takes note of what reaches it. */
function attacker(): Promise<{ server: Server; address: string; reached: string[] }> {
  const reached: string[] = []
  const server = createServer((request, response) => {
    reached.push(`${request.method} ${request.url}`)
    const script = request.url!.endsWith('.js')
    response.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html' })
    response.end(script ? 'void 0' : '<!doctype html><title>Another origin</title>')
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => {
    resolve({ server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reached })
  }))
}

/** Tries everything against a server; says of each attempt what the attacker's page learned. */
const attack = (page: Page, target: string, secret: string) => page.evaluate(async ([target, secret]) => {
  const order = JSON.stringify({ model: 'model2', epochs: 1000 })
  const asked = (address: string, init?: RequestInit) => fetch(target + address, init).then((answer) => `${answer.type} ${answer.status}`, () => 'blocked')
  const event = (make: () => EventTarget & { close(): void }) => new Promise<string>((resolve) => {
    const channel = make()
    const end = (word: string) => { channel.close(); resolve(word) }
    channel.addEventListener('message', () => end('read'))
    channel.addEventListener('open', () => end('open'))
    channel.addEventListener('error', () => end('blocked'))
  })
  const loaded = <T extends HTMLElement>(tag: string, attribute: string, address: string) => new Promise<string>((resolve) => {
    const element = document.createElement(tag) as T
    element.addEventListener('load', () => resolve('loaded'))
    element.addEventListener('error', () => resolve('blocked'))
    element.setAttribute(attribute, target + address)
    document.body.append(element)
  })
  const framed = async (address: string) => {
    const frame = document.createElement('iframe')
    const shown = new Promise((resolve) => { frame.addEventListener('load', resolve) })
    frame.src = target + address
    document.body.append(frame)
    await shown
    // A frame that is refused shows an error page; neither can be read.
    try {
      return frame.contentDocument === null ? 'opaque' : 'read'
    } catch {
      return 'opaque'
    }
  }
  const form = (kind: string) => new Promise<string>((resolve) => {
    const frame = document.createElement('iframe')
    frame.name = `frame-${kind}`
    document.body.append(frame)
    const sender = document.createElement('form')
    Object.assign(sender, { method: 'post', action: `${target}/api/runs`, enctype: kind, target: frame.name })
    const field = document.createElement('input')
    Object.assign(field, { name: order.slice(0, -1) + ',"x":"', value: '"}' })
    sender.append(field)
    document.body.append(frame, sender)
    // The frame's first page is its empty one; the answer's, or the browser's own on a refusal, comes after it.
    frame.addEventListener('load', () => resolve('sent'))
    sender.submit()
  })
  const json = { 'Content-Type': 'application/json' }
  const opened = window.open(`${target}/`)
  // Until it has left its empty first page it is still this page's own.
  const seen = () => {
    try {
      if (!opened || opened.closed) return 'severed'
      return opened.location.href === 'about:blank' ? '' : 'read'
    } catch {
      return 'opaque'
    }
  }
  for (let tries = 0; tries < 300 && seen() === ''; tries++) await new Promise((later) => setTimeout(later, 100))
  // It is another origin's before the policy of its answer cuts it off.
  for (let tries = 0; tries < 30 && seen() === 'opaque'; tries++) await new Promise((later) => setTimeout(later, 100))
  const window_ = seen()
  return {
    read: await asked('/api/runs'),
    readNoCors: await asked('/api/runs', { mode: 'no-cors' }),
    order: await asked('/api/runs', { method: 'POST', body: order, headers: json }),
    orderWithToken: await asked('/api/runs', { method: 'POST', body: order, headers: { ...json, Authorization: `Bearer ${secret}` } }),
    orderNoCors: await asked('/api/runs', { method: 'POST', body: order, mode: 'no-cors', headers: { 'Content-Type': 'text/plain' } }),
    beacon: String(navigator.sendBeacon(`${target}/api/runs`, order)),
    measure: await asked('/api/device', { method: 'POST', mode: 'no-cors' }),
    checkpoint: await asked('/api/runs/a/checkpoint', { method: 'POST', mode: 'no-cors', body: new Blob(['x']) }),
    events: await event(() => new EventSource(`${target}/api/events`)),
    socket: await event(() => new WebSocket(`${target.replace('http', 'ws')}/api/events`)),
    frame: await framed('/'),
    script: await loaded('script', 'src', '/api/openapi.yaml?a.js'),
    image: await loaded('img', 'src', '/data/index.json'),
    text: await form('text/plain'),
    form: await form('application/x-www-form-urlencoded'),
    multipart: await form('multipart/form-data'),
    window: window_,
  }
}, [target, secret] as const)

/** A browser of its own, in which a name of the attacker's leads to this machine: what DNS rebinding comes to. */
async function rebound(open: (args: string[]) => Promise<Browser>, act: (page: Page) => Promise<void>) {
  const browser = await open(['--host-resolver-rules=MAP evil.example 127.0.0.1'])
  try {
    await act(await browser.newPage())
  } finally {
    await browser.close()
  }
}

const secretOf = () => new URLSearchParams(token()).get('token')!

test.describe('another origin in the same browser', () => {
  let other: Awaited<ReturnType<typeof attacker>>
  test.beforeEach(async () => { other = await attacker() })
  test.afterEach(() => { other.server.close() })

  // The page fixture forbids foreign requests: these are the attacker's own pages.
  test('starts nothing and reads nothing, whatever it sends', async ({ browser, baseURL, page: ours }) => {
    test.setTimeout(120_000)
    const before = (await runs(ours)).map((run) => run.id)
    const page = await browser.newPage()
    await page.goto(other.address)
    const learned = await attack(page, new URL(baseURL!).origin, secretOf())
    expect(learned).toEqual({
      read: 'blocked', readNoCors: 'blocked', order: 'blocked', orderWithToken: 'blocked', orderNoCors: 'blocked', beacon: 'true',
      measure: 'blocked', checkpoint: 'blocked', events: 'blocked', socket: 'blocked', frame: 'opaque', script: 'blocked', image: 'blocked',
      text: 'sent', form: 'sent', multipart: 'sent', window: 'severed',
    })
    expect(page.frames().some((frame) => frame.url().startsWith(baseURL!))).toBe(false)
    await page.close()
    expect((await runs(ours)).map((run) => run.id)).toEqual(before)
    // Our own page may: the order itself was no mistake.
    const answer = await ordered(ours, 'runs', { model: 'model2', epochs: 1000 })
    expect(answer.status()).toBe(201)
    expect((await ordered(ours, `runs/${(await answer.json() as { id: string }).id}/stop`)).status()).toBe(200)
  })

  test('reaches a server that has no guards', async ({ browser }) => {
    test.setTimeout(120_000)
    const victim = await attacker()
    const page = await browser.newPage()
    await page.goto(other.address)
    const learned = await attack(page, victim.address, 'secret')
    victim.server.close()
    expect(learned).toMatchObject({ readNoCors: 'opaque 0', orderNoCors: 'opaque 0', measure: 'opaque 0', script: 'loaded' })
    expect(victim.reached).toEqual(expect.arrayContaining(['POST /api/runs', 'POST /api/device', 'GET /api/events', 'OPTIONS /api/runs']))
    expect(victim.reached.filter((request) => request === 'POST /api/runs').length).toBeGreaterThanOrEqual(5)
    await page.close()
  })

  test('that rebinds its name to this machine is refused', async ({ playwright, baseURL, page: ours }, { project }) => {
    test.setTimeout(120_000)
    const before = (await runs(ours)).map((run) => run.id)
    const { launchOptions } = project.use
    const open = (args: string[]) => playwright.chromium.launch({ ...launchOptions, args: [...launchOptions?.args ?? [], ...args] })
    await rebound(open, async (page) => {
      const evil = new URL(baseURL!)
      evil.hostname = 'evil.example'
      const answer = (await page.goto(evil.href))!
      expect(answer.status()).toBe(403)
      expect(await answer.json()).toMatchObject({ error: { code: 'forbidden' } })
      const asked = await page.evaluate(async (secret) => {
        const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` }
        const body = JSON.stringify({ model: 'model2', epochs: 1000 })
        const status = (address: string, init?: RequestInit) => fetch(address, init).then(({ status }) => status)
        return [await status('/api/runs'), await status('/api/events'), await status('/data/index.json'), await status('/api/runs', { method: 'POST', headers, body })]
      }, secretOf()).catch((error: Error) => error.message)
      // Its policy is that of every answer: connections to its own origin, which is refused.
      expect(asked).toEqual([403, 403, 403, 403])
    })
    expect((await runs(ours)).map((run) => run.id)).toEqual(before)
  })
})
