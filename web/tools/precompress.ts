import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const worth = /\.(html|js|css|svg|wasm|json|webmanifest)$/

/** The widest window that browsers must know: the Go program is larger than the usual one. */
const window = 24

export const ways: Record<string, (bytes: Buffer) => Buffer> = {
  gz: (bytes) => gzipSync(bytes, { level: 9 }),
  br: (bytes) => brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: window,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }),
}

/** What the last build compressed, by the hash of the content: the Go program takes most of a build's time, and changes seldom. */
class Before {
  private readonly used = new Set<string>()
  private readonly folder: string

  constructor(folder: string) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
  }

  take(bytes: Buffer, way: string): Buffer {
    const name = `${createHash('sha256').update(bytes).digest('hex')}.${way}`
    this.used.add(name)
    const path = join(this.folder, name)
    try {
      return readFileSync(path)
    } catch {
      const small = ways[way]!(bytes)
      // Under its name only when it is whole: a build may be interrupted.
      writeFileSync(`${path}.new`, small)
      renameSync(`${path}.new`, path)
      return small
    }
  }

  /** Only this build's stay. */
  forget() {
    for (const name of readdirSync(this.folder)) if (!this.used.has(name)) rmSync(join(this.folder, name))
  }
}

/**
 * Writes a .br and a .gz beside every text and WebAssembly file of the built
 * page, so that the server only picks a file and never compresses.
 */
export function precompress(): Plugin {
  let folder = ''
  let root = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      root = config.root
      folder = join(root, config.build.outDir)
    },
    closeBundle() {
      const before = new Before(join(root, 'build', 'compressed'))
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!worth.test(file)) continue
        const path = join(folder, file)
        const bytes = readFileSync(path)
        for (const way of Object.keys(ways)) writeFileSync(`${path}.${way}`, before.take(bytes, way))
      }
      before.forget()
    },
  }
}
