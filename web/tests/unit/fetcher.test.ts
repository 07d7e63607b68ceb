import { afterEach, describe, expect, it, vi } from 'vitest'

type Word = { bytes: number } | { name: string; buffer: ArrayBuffer } | { failed: { what: string; name: string; status?: number } }

const bytes = new TextEncoder().encode('abc')
const entry = { name: 'labels', size: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' }

/** What the fetching worker says in the end of a file, where the server answers so. */
async function fetched(file: typeof entry, answer: () => Response): Promise<Word> {
  vi.resetModules()
  vi.stubGlobal('fetch', async () => answer())
  const end = new Promise<Word>((resolve) => vi.stubGlobal('postMessage', (word: Word) => { if (!('bytes' in word)) resolve(word) }))
  await import('../../src/data/fetcher')
  const scope = globalThis as unknown as { onmessage(event: { data: object }): void }
  scope.onmessage({ data: { base: 'http://localhost/', files: [file] } })
  return end
}
const zipped = () => new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip')))

describe('a file of images', () => {
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['packed', zipped],
    ['that the browser has unpacked', () => new Response(bytes)],
  ])('is taken, %s', async (_, answer) => {
    const word = await fetched(entry, answer)
    expect(word).toMatchObject({ name: 'labels' })
    expect(new TextDecoder().decode((word as { buffer: ArrayBuffer }).buffer)).toBe('abc')
  })

  it.each([
    ['with another content', entry, () => new Response('abd'), { what: 'wrong', name: 'labels' }],
    ['cut short', entry, () => new Response('ab'), { what: 'short', name: 'labels' }],
    ['too long', entry, () => new Response('abcd'), { what: 'long', name: 'labels' }],
    ['that is missing', entry, () => new Response('no', { status: 404 }), { what: 'missing', name: 'labels.gz', status: 404 }],
    ['that cannot be reached', entry, () => { throw new TypeError('no network') }, { what: 'unreachable', name: 'labels' }],
    ['of half a gzip', entry, () => new Response(new Uint8Array([0x1f, 0x8b, 8, 0])), { what: 'short', name: 'labels' }],
  ])('%s is refused', async (_, file, answer, want) => {
    expect(await fetched(file, answer as () => Response)).toEqual({ failed: want })
  })
})
