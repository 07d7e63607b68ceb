import { useEffect, useRef } from 'preact/hooks'
import { imageSize } from '../data/set'
import './thumb.css'

/** Grey bytes onto a canvas, one pixel a byte; data images are never inverted. */
export function paintGrey(canvas: HTMLCanvasElement, pixels: ArrayLike<number>, size = imageSize) {
  const context = canvas.getContext('2d')!
  const picture = context.createImageData(size, size)
  const { data } = picture
  for (let i = 0; i < size * size; i++) {
    data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = pixels[i]!
    data[4 * i + 3] = 255
  }
  context.putImageData(picture, 0, 0)
}

/** A 28 x 28 image. Without a label it is decoration of something that has one. */
export function Thumb({ pixels, label, large = false }: { pixels: ArrayLike<number> | null; label?: string; large?: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (pixels) paintGrey(canvas.current!, pixels)
    else canvas.current!.getContext('2d')!.clearRect(0, 0, imageSize, imageSize)
  }, [pixels])
  const named = label ? { role: 'img' as const, 'aria-label': label } : { 'aria-hidden': true as const }
  return <canvas ref={canvas} class={`thumb pixels ${large ? 'large' : ''}`} width={imageSize} height={imageSize} {...named} />
}
