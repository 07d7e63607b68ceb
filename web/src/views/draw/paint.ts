import { side, type Stroke } from '../../run/drawing'
import type { Picture } from '../../worker/protocol'

/** The usual pen on the pad, in the drawing's units; about 2 pixels of the 28 once a drawing is made as large as they are. */
export const pen = 14

export interface Ink { paper: string; ink: string; ghost: string }
/** Dark on light in both themes, as on paper. */
export const ink: Ink = { paper: '#ffffff', ink: '#16181d', ghost: '#b9bec7' }

/** Paints strokes; the context's units are the drawing's. */
export function paintStrokes(context: CanvasRenderingContext2D, strokes: readonly Stroke[]) {
  context.lineCap = context.lineJoin = 'round'
  for (const stroke of strokes) {
    const erase = stroke.kind === 'eraser'
    context.strokeStyle = context.fillStyle = erase ? ink.paper : ink.ink
    context.lineWidth = pen * stroke.width
    const path = line(stroke)
    if (stroke.kind === 'fill') {
      path.closePath()
      context.fill(path)
    } else context.stroke(path)
  }
}

function line({ x, y }: Stroke): Path2D {
  const path = new Path2D()
  path.moveTo(x[0]!, y[0]!)
  // A dot is a line of no length, which round ends make visible.
  if (x.length === 1) path.lineTo(x[0]!, y[0]!)
  for (let i = 1; i < x.length; i++) path.lineTo(x[i]!, y[i]!)
  return path
}

export function paintGhost(context: CanvasRenderingContext2D, outlines: readonly (readonly number[])[]) {
  context.save()
  context.setLineDash([6, 6])
  context.lineWidth = 2.5
  context.strokeStyle = ink.ghost
  for (const points of outlines) {
    context.beginPath()
    for (let i = 0; i < points.length; i += 2) context.lineTo(points[i]!, points[i + 1]!)
    context.stroke()
  }
  context.restore()
}

/** A picture as large as the pad allows, in the middle. */
export function paintPicture(context: CanvasRenderingContext2D, picture: Picture) {
  const canvas = document.createElement('canvas')
  canvas.width = picture.width
  canvas.height = picture.height
  const image = new ImageData(picture.width, picture.height)
  image.data.set(picture.pixels)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  const scale = side / Math.max(picture.width, picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  context.imageSmoothingEnabled = picture.width > 64
  context.drawImage(canvas, (side - width) / 2, (side - height) / 2, width, height)
}

/** 28 x 28 grey bytes as a picture. */
export function greyPicture(pixels: Uint8Array, size: number): Picture {
  const rgba = new Uint8ClampedArray(size * size * 4)
  pixels.forEach((grey, i) => rgba.set([grey, grey, grey, 255], 4 * i))
  return { width: size, height: size, pixels: rgba }
}
