import { complain } from '../../state/app'
import { t } from '../../words'
import { LineError, fromNdjson, toLine } from '../../run/drawing'
import { saveFile } from '../../keep/download'
import type { Picture } from '../../worker/protocol'
import { append, drawings, showPicture } from './pad'

/** Larger pictures are made smaller: the networks see 28 pixels. */
const most = 448

/** Reads a picture through a canvas; the policy against data: and blob: images allows no other way. */
export async function readPicture(file: Blob): Promise<Picture> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return { width, height, pixels: context.getImageData(0, 0, width, height).data }
}

/** Takes whatever was chosen, pasted or dropped: a picture, or a file of drawings. */
export async function takeFile(file: File) {
  if (/\.(ndjson|jsonl|json)$/i.test(file.name)) {
    try {
      const found = fromNdjson(await file.text())
      if (found.length === 0) complain(t.draw.emptyNdjson(file.name))
      append(found)
    } catch (error) {
      complain(error instanceof LineError ? t.draw.badNdjson(error.line, error.message) : error)
    }
    return
  }
  try {
    showPicture(await readPicture(file))
  } catch {
    complain(t.draw.badPicture(file.name))
  }
}

export function exportDrawings() {
  saveFile('drawings.ndjson', drawings().map((drawing) => toLine(drawing) + '\n').join(''), 'application/x-ndjson')
}
