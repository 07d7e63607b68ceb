import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** Where the fake worker lies after global set-up. */
export const fakeWorkerPath = fileURLToPath(new URL('../../test-scratch/fake/worker.js', import.meta.url))

/** Bundles the fake worker once, before any test. */
export default async function bundle() {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: fileURLToPath(new URL('../../test-scratch/fake', import.meta.url)),
      emptyOutDir: true,
      lib: { entry: fileURLToPath(new URL('./worker.ts', import.meta.url)), formats: ['es'], fileName: () => 'worker.js' },
    },
  })
}
