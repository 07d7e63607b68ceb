import type { Plugin } from 'vite'

/** The browser fetches the Go program, on which the networks wait, as soon as it has read the page's head. */
export function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const program = Object.keys(bundle ?? {}).find((name) => /main-[\w-]+\.wasm$/.test(name))
        if (!program) throw new Error('the built page has no WebAssembly program')
        return [{ tag: 'link', attrs: { rel: 'preload', as: 'fetch', type: 'application/wasm', crossorigin: true, href: `./${program}` }, injectTo: 'head' }]
      },
    },
  }
}
