import type { FetcherCommand, FetcherWord, Failed } from './fetch'

// The worker that fetches the images, unpacks them and compares their hash: half a second's
// work, in which the page stays quick. It is closed when all are there.

const scope = globalThis as unknown as DedicatedWorkerGlobalScope
const tell = (word: FetcherWord, transfer: Transferable[] = []) => scope.postMessage(word, transfer)

scope.onmessage = ({ data: { base, files } }: MessageEvent<FetcherCommand>) => {
  for (const entry of files) {
    fetchFile(base, entry).then(
      (buffer) => tell({ name: entry.name, buffer }, buffer instanceof ArrayBuffer ? [buffer] : []),
      (why: unknown) => tell({ failed: isFailed(why) ? why : { what: 'short', name: entry.name } }),
    )
  }
}

const isFailed = (why: unknown): why is Failed => typeof why === 'object' && why !== null && 'what' in why

/**
 * One IDX file, unpacked. Its bytes lie in shared memory where the page is
 * isolated, so that any number of workers reads one copy.
 */
async function fetchFile(base: string, entry: FetcherCommand['files'][number]): Promise<ArrayBufferLike> {
  const { name } = entry
  const answer = await fetch(new URL(`data/${name}.gz`, base)).catch((): never => { throw { what: 'unreachable', name } satisfies Failed })
  if (!answer.ok) throw { what: 'missing', name: `${name}.gz`, status: answer.status } satisfies Failed
  if (!answer.body) throw { what: 'short', name } satisfies Failed
  const room = new Uint8Array(scope.crossOriginIsolated ? new SharedArrayBuffer(entry.size) : new ArrayBuffer(entry.size))
  let at = 0
  let told = 0
  const reader = (await unpacked(answer.body)).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (at + value.length > room.length) throw { what: 'long', name } satisfies Failed
    room.set(value, at)
    at += value.length
    if (at - told < entry.size / 100) continue
    tell({ bytes: at - told })
    told = at
  }
  if (at !== room.length) throw { what: 'short', name } satisfies Failed
  await verify(entry, room)
  return room.buffer
}

/** Unpacks gzip unless the browser already has (a server may say Content-Encoding). */
async function unpacked(body: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = body.getReader()
  const first = await reader.read()
  const whole = new ReadableStream<Uint8Array>({
    start(into) {
      if (first.done) into.close()
      else into.enqueue(first.value)
    },
    async pull(into) {
      const { done, value } = await reader.read()
      if (done) into.close()
      else into.enqueue(value)
    },
    cancel: (why) => reader.cancel(why),
  })
  const packed = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b
  return packed ? whole.pipeThrough(new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>) : whole
}

async function verify({ name, sha256 }: FetcherCommand['files'][number], bytes: Uint8Array) {
  // Off localhost, plain http has no SubtleCrypto; the exact length was checked all the same.
  if (!sha256 || !globalThis.crypto?.subtle) return
  const whole = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole as BufferSource))
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (hex !== sha256) throw { what: 'wrong', name } satisfies Failed
}
