import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const worth = /\.(html|js|css|svg|wasm|json|webmanifest)$/

/** The widest window that browsers must know: the Go program is larger than the usual one. */
const window = 24

/**
 * Writes a .br and a .gz beside every text and WebAssembly file of the built
 * page, so that the server only picks a file and never compresses.
 */
export function precompress(): Plugin {
  let folder = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!worth.test(file)) continue
        const path = join(folder, file)
        const bytes = readFileSync(path)
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
            [constants.BROTLI_PARAM_LGWIN]: window,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          },
        }))
      }
    },
  }
}
