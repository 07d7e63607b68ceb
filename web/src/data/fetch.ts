import { t } from '../words'

/** One file of `data/index.json`: its decompressed size and SHA-256. */
export interface FileEntry {
  name: string
  size: number
  sha256: string
}

export interface DataIndex {
  kind: 'real' | 'drawn'
  files: FileEntry[]
  /** The server's own download of the real data, if it is under way. */
  download?: { state: 'none' | 'running' | 'failed' | 'done'; file?: string; received?: number; total?: number; message?: string; hint?: string }
}

export async function fetchIndex(base: string): Promise<DataIndex> {
  const answer = await get(new URL('data/index.json', base))
  const index = (await answer.json()) as DataIndex
  if (!Array.isArray(index.files)) throw new Error(t.trouble.dataIndex)
  return index
}

async function get(address: URL): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(address)
  } catch {
    throw new Error(t.trouble.dataUnreachable)
  }
  if (!answer.ok) throw new Error(t.trouble.dataMissing(fileName(address), answer.status))
  return answer
}

const fileName = (address: URL) => address.pathname.split('/').pop() ?? ''

/**
 * Fetches one IDX file and unpacks it. The bytes lie in shared memory where the
 * page is isolated, so that any number of workers reads one copy.
 */
export async function fetchFile(base: string, entry: FileEntry, onBytes: (count: number) => void): Promise<Uint8Array> {
  const answer = await get(new URL(`data/${entry.name}.gz`, base))
  if (!answer.body) throw new Error(t.trouble.dataShort(entry.name))
  const room = new Uint8Array(makeBuffer(entry.size))
  let at = 0
  const reader = (await unpacked(answer.body)).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (at + value.length > room.length) throw new Error(t.trouble.dataLong(entry.name))
      room.set(value, at)
      at += value.length
      onBytes(value.length)
    }
  } catch (error) {
    throw error instanceof TypeError ? new Error(t.trouble.dataShort(entry.name)) : error
  }
  if (at !== room.length) throw new Error(t.trouble.dataShort(entry.name))
  await verify(entry, room)
  return room
}

function makeBuffer(size: number): ArrayBuffer {
  // TypeScript's streams speak of ArrayBuffer only; both kinds hold the same bytes.
  return (globalThis.crossOriginIsolated ? new SharedArrayBuffer(size) : new ArrayBuffer(size)) as ArrayBuffer
}

/** Unpacks gzip unless the browser already has (a server may say Content-Encoding). */
async function unpacked(body: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const [look, use] = body.tee()
  const reader = look.getReader()
  const { value } = await reader.read()
  void reader.cancel()
  const packed = value !== undefined && value[0] === 0x1f && value[1] === 0x8b
  return packed ? use.pipeThrough(new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>) : use
}

async function verify(entry: FileEntry, bytes: Uint8Array) {
  // Off localhost, plain http has no SubtleCrypto; the exact length was checked all the same.
  if (!entry.sha256 || !globalThis.crypto?.subtle) return
  const whole = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole as BufferSource))
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (hex !== entry.sha256) throw new Error(t.trouble.dataWrong(entry.name))
}
