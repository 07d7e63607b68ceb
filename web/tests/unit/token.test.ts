import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** What the page's address and its session hold. */
function browser(hash: string, storage: Record<string, string> | null = {}) {
  const addresses: string[] = []
  vi.stubGlobal('location', { hash, pathname: '/', search: '?a=1' })
  vi.stubGlobal('history', { replaceState: (_: unknown, __: string, address: string) => addresses.push(address) })
  vi.stubGlobal('sessionStorage', {
    setItem: (key: string, value: string) => { if (!storage) throw new Error('no storage'); storage[key] = value },
    getItem: (key: string) => { if (!storage) throw new Error('no storage'); return storage[key] ?? null },
  })
  return addresses
}

describe('the start token', () => {
  beforeEach(() => vi.resetModules())
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['alone', '#token=SECRET', ['/?a=1'], true],
    ['before settings', '#token=SECRET&view=draw&seed=7', ['#view=draw&seed=7'], false],
    ['behind settings', '#v=1&view=draw&token=SECRET', ['#v=1&view=draw'], false],
    ['twice', '#token=SECRET&token=OTHER', ['/?a=1'], true],
  ] as const)('is taken out of the address: %s', async (_, hash, want, alone) => {
    const storage: Record<string, string> = {}
    const addresses = browser(hash, storage)
    const { takeToken, theToken } = await import('../../src/state/token')
    expect(takeToken()).toBe(alone)
    expect(addresses).toEqual(want)
    expect(storage).toEqual({ 'atelier-token': 'SECRET' })
    expect(theToken()).toBe('SECRET')
  })

  it('leaves an address without one alone', async () => {
    const addresses = browser('#view=draw')
    const { takeToken, theToken } = await import('../../src/state/token')
    expect(takeToken()).toBe(false)
    expect(addresses).toEqual([])
    expect(theToken()).toBeNull()
  })

  it('is remembered where the browser stores nothing', async () => {
    browser('#token=SECRET', null)
    const { takeToken, theToken } = await import('../../src/state/token')
    takeToken()
    expect(theToken()).toBe('SECRET')
  })
})
