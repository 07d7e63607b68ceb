import { computed, signal } from '@preact/signals'
import { split } from '../models/networks.gen'
import { allImages } from '../models/recipes'
import { t } from '../words'
import { fetchFiles, fetchIndex, type DataIndex } from './fetch'

export const imageSize = 28
export const pixelsPerImage = imageSize * imageSize

export type DataState =
  | { phase: 'loading'; share: number }
  /** The server is fetching the real data itself. */
  | { phase: 'server'; file: string; share: number }
  | { phase: 'ready'; kind: 'real' | 'drawn'; train: number; test: number; note?: string }
  | { phase: 'failed'; message: string }

/** How far the data is; shown in the page's head. */
export const dataState = signal<DataState>({ phase: 'loading', share: 0 })

/** Whether it has failed by now, which an effect cannot know from the render before it. */
export const hasFailed = () => dataState.peek().phase === 'failed'

/** Images to train on, all but the tenth that validates; until the data is here, the report's. */
export const trainable = computed(() => (dataState.value.phase === 'ready' ? Math.floor((dataState.value.train * split.train) / split.of) : allImages))

/** Images and labels of one file pair, as views of the loaded bytes. */
export interface Part {
  pixels: Uint8Array
  labels: Uint8Array
  count: number
}

export class DataSet {
  readonly train: Part
  readonly test: Part
  readonly kind: 'real' | 'drawn'
  private readonly files: Record<string, Uint8Array>

  constructor(kind: 'real' | 'drawn', files: Record<string, Uint8Array>) {
    this.kind = kind
    this.files = files
    this.train = readPart(files, 'train')
    this.test = readPart(files, 't10k')
  }

  /** The `data` command's payload; shared memory is passed as it is, else copied by the browser. */
  forWorker() {
    const files: Record<string, ArrayBufferLike> = {}
    for (const [name, bytes] of Object.entries(this.files)) files[name] = bytes.buffer
    return { kind: this.kind, files }
  }

  part(split: 'train' | 'test'): Part {
    return this[split]
  }
}

/** The 28 x 28 bytes of one image. */
export function pixelsOf(part: Part, index: number): Uint8Array {
  return part.pixels.subarray(index * pixelsPerImage, (index + 1) * pixelsPerImage)
}

const imageHead = 16
const labelHead = 8

function readPart(files: Record<string, Uint8Array>, prefix: string): Part {
  const images = files[`${prefix}-images-idx3-ubyte`]
  const labels = files[`${prefix}-labels-idx1-ubyte`]
  if (!images || !labels) throw new Error(t.trouble.dataIndex)
  const count = new DataView(images.buffer, images.byteOffset).getUint32(4)
  if (images.length !== imageHead + count * pixelsPerImage || labels.length !== labelHead + count) {
    throw new Error(t.trouble.dataShort(`${prefix}-images-idx3-ubyte`))
  }
  return { pixels: images.subarray(imageHead), labels: labels.subarray(labelHead), count }
}

let loading: Promise<DataSet> | null = null
let urgent: Promise<unknown> = Promise.resolve()

/** Resolves when what is more urgent is there. */
export const whenCalm = () => urgent

/** What comes to the page before the images, for they keep every processor busy for a while; at most so long, in milliseconds. */
export function imagesAfter(first: Promise<unknown>, longest = 4000) {
  urgent = Promise.race([first.catch(() => {}), new Promise((over) => setTimeout(over, longest))])
}

/** The data set, fetched once; a failure is shown, and the next call tries again. */
export function theData(): Promise<DataSet> {
  loading ??= load().catch((error: unknown) => {
    loading = null
    dataState.value = { phase: 'failed', message: error instanceof Error ? error.message : String(error) }
    throw error
  })
  return loading
}

async function load(): Promise<DataSet> {
  dataState.value = { phase: 'loading', share: 0 }
  await urgent
  const base = document.baseURI
  const index = await settled(base)
  const total = index.files.reduce((sum, file) => sum + file.size, 0)
  let received = 0
  const onBytes = (count: number) => {
    received += count
    const share = Math.floor((100 * received) / total) / 100
    const now = dataState.peek()
    if (now.phase === 'loading' && now.share !== share) dataState.value = { phase: 'loading', share }
  }
  const set = new DataSet(index.kind, await fetchFiles(base, index.files, onBytes))
  const note = index.download?.state === 'failed' ? [index.download.message, index.download.hint].filter(Boolean).join('. ') : ''
  dataState.value = { phase: 'ready', kind: set.kind, train: set.train.count, test: set.test.count, ...(note ? { note } : {}) }
  return set
}

const pollEvery = 700

/** The list of files, once the server has finished its own download, if it is at one. */
async function settled(base: string): Promise<DataIndex> {
  for (;;) {
    const index = await fetchIndex(base)
    const { download } = index
    if (download?.state !== 'running') return index
    const share = download.total ? (download.received ?? 0) / download.total : 0
    dataState.value = { phase: 'server', file: download.file ?? '', share }
    await new Promise((next) => setTimeout(next, pollEvery))
  }
}
