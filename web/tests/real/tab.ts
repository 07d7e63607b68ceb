import { chromium, type LaunchOptions } from '@playwright/test'

/** What Playwright switches off in a browser so that no page is slowed: here it stays on. */
const slowsHidden = ['--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding']

/** A tab as a person has it: it can be hidden behind another, and its timers are slow then. */
export interface Tab {
  /** The value of an expression, awaited if it is a promise. */
  value<T>(expression: string): Promise<T>
  hide(): Promise<void>
  show(): Promise<void>
  close(): Promise<void>
}

/** The protocol's, as far as it is read here. */
interface Answer {
  id: number
  result?: { result?: { value?: unknown }; exceptionDetails?: object }
  error?: object
}

/**
 * Opens a tab in a browser of its own. Playwright has every page of its own
 * contexts believe that it is seen; this one is apart from them, and is spoken to
 * by the devtools' protocol. `first` runs before the page's own scripts.
 */
export async function openTab(options: LaunchOptions, address: string, first: () => void): Promise<Tab> {
  const browser = await chromium.launch({ ...options, ignoreDefaultArgs: slowsHidden })
  const root = await browser.newBrowserCDPSession()
  const { browserContextId } = await root.send('Target.createBrowserContext')
  const { targetId } = await root.send('Target.createTarget', { url: 'about:blank', browserContextId })
  const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: false })
  let id = 0
  const waiting = new Map<number, (answer: Answer) => void>()
  root.on('Target.receivedMessageFromTarget', ({ message }) => {
    const answer = JSON.parse(message) as Answer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  const send = (method: string, params: object = {}) => new Promise<unknown>((resolve, reject) => {
    waiting.set(++id, ({ result, error }) => {
      if (error || result?.exceptionDetails) reject(new Error(`${method}: ${JSON.stringify(error ?? result?.exceptionDetails)}`))
      else resolve(result?.result?.value)
    })
    root.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) }).catch(reject)
  })
  const tab: Tab = {
    value: (expression) => send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }) as never,
    async hide() {
      await root.send('Target.createTarget', { url: 'about:blank', browserContextId })
      await until(() => tab.value<boolean>('document.hidden'))
    },
    async show() {
      await root.send('Target.activateTarget', { targetId })
      await until(() => tab.value<boolean>('!document.hidden'))
    },
    close: () => browser.close(),
  }
  await send('Page.enable')
  await send('Page.addScriptToEvaluateOnNewDocument', { source: `(${first.toString()})()` })
  await send('Page.navigate', { url: address })
  await until(() => tab.value<boolean>('document.readyState === "complete" && "atelier" in window'))
  await tab.value('atelier.ready()')
  return tab
}

/** Asks again and again until the answer is yes; a question may fail while the page is being opened. */
export async function until(holds: () => Promise<boolean>) {
  const end = Date.now() + 120_000
  let trouble: unknown
  while (!(await holds().catch((error: unknown) => { trouble = error; return false }))) {
    if (Date.now() > end) throw new Error('what was waited for has not come in two minutes', { cause: trouble })
    await new Promise((later) => setTimeout(later, 50))
  }
}
