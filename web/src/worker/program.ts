import wasm from '../../build/main.wasm?url'
import exec from '../../build/wasm_exec.js?url'
import { t } from '../words'

/** wasm_exec.js and main.wasm carry the hash of their content in their names, so that two builds never mix. */
export const execAddress = new URL(exec, import.meta.url).href

let compiled: Promise<WebAssembly.Module> | null = null

/** The Go program, fetched and compiled once for all workers. */
export function program(): Promise<WebAssembly.Module> {
  compiled ??= compile(new URL(wasm, import.meta.url).href).catch((error: unknown) => {
    compiled = null
    throw error
  })
  return compiled
}

async function compile(address: string): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== 'object') throw new Error(t.trouble.noWebAssembly)
  let answer: Response
  try {
    answer = await fetch(address)
  } catch {
    throw new Error(t.trouble.programUnreachable)
  }
  if (!answer.ok) throw new Error(t.trouble.programMissing(answer.status))
  // A server with the wrong content type is common; the bytes are what counts. With the right one
  // they are compiled as they come, off this thread, and the browser keeps what it compiled.
  const streams = answer.headers.get('Content-Type') === 'application/wasm'
  try {
    return await (streams ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer()))
  } catch (error) {
    throw new Error(t.trouble.programBroken(String(error)))
  }
}
