import { defineConfig } from 'vite'
import { precompress } from './tools/precompress.ts'
import { preload } from './tools/preload.ts'

// Relative addresses, so that the page works from any folder of any server.
// Nothing is inlined: the server's Content-Security-Policy forbids data: addresses.
export default defineConfig({
  base: './',
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  worker: { format: 'es' },
  plugins: [preload(), precompress()],
  test: { include: ['tests/unit/**/*.test.{ts,tsx}'], environment: 'node' },
} as Parameters<typeof defineConfig>[0])
