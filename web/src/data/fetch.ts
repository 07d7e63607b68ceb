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
  const answer = await fetch(new URL('data/index.json', base)).catch((): never => { throw new Error(t.trouble.dataUnreachable) })
  if (!answer.ok) throw new Error(t.trouble.dataMissing('index.json', answer.status))
  const index = (await answer.json()) as DataIndex
  if (!Array.isArray(index.files)) throw new Error(t.trouble.dataIndex)
  return index
}

/** What fetcher.ts is asked. */
export interface FetcherCommand { base: string; files: FileEntry[] }
/** Why a file cannot be had. */
export interface Failed { what: 'unreachable' | 'missing' | 'short' | 'long' | 'wrong'; name: string; status?: number }
/** What it tells: bytes that came, a file that is whole, or its failure. */
export type FetcherWord = { bytes: number } | { name: string; buffer: ArrayBufferLike } | { failed: Failed }

function sentenceOn({ what, name, status }: Failed): string {
  switch (what) {
    case 'unreachable': return t.trouble.dataUnreachable
    case 'missing': return t.trouble.dataMissing(name, status ?? 0)
    case 'short': return t.trouble.dataShort(name)
    case 'long': return t.trouble.dataLong(name)
    case 'wrong': return t.trouble.dataWrong(name)
  }
}

/** Fetches, unpacks and verifies IDX files, in a worker of their own; gives their bytes by name. */
export async function fetchFiles(base: string, files: FileEntry[], onBytes: (count: number) => void): Promise<Record<string, Uint8Array>> {
  const worker = new Worker(new URL('./fetcher.ts', import.meta.url), { type: 'module', name: 'images' })
  const found: Record<string, Uint8Array> = {}
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FetcherWord>) => {
        if ('bytes' in data) onBytes(data.bytes)
        else if ('failed' in data) reject(new Error(sentenceOn(data.failed)))
        else {
          found[data.name] = new Uint8Array(data.buffer)
          if (Object.keys(found).length === files.length) resolve()
        }
      }
      worker.onerror = (event) => {
        event.preventDefault()
        reject(new Error(event.message || t.trouble.workerBlocked))
      }
      worker.postMessage({ base, files } satisfies FetcherCommand)
    })
  } finally {
    worker.terminate()
  }
  return found
}
