import { useEffect, useRef } from 'preact/hooks'
import { signal } from '@preact/signals'
import { imageSize, pixelsOf, type DataSet } from '../../data/set'
import { side } from '../../run/drawing'
import { say } from '../../state/app'
import { t } from '../../words'
import { begin, clear, extend, finish, ghost, open, redo, sheet, source, strokes, undo } from './pad'
import { ghosts } from './ghosts'
import { greyPicture, ink, paintGhost, paintPicture, paintStrokes } from './paint'

/** Canvas pixels along each side: sharp at twice the largest shown size. */
const sharp = 1020
/** Where the keyboard's pen is; null while it is not used. */
const hand = signal<{ x: number; y: number } | null>(null)

const moves: Record<string, [number, number]> = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }
const inside = (value: number) => Math.min(side, Math.max(0, value))

export function Pad({ data }: { data: DataSet }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const pointer = useRef<number | null>(null)

  const now = strokes.value
  const { image, picture } = sheet.value
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!
    context.setTransform(sharp / side, 0, 0, sharp / side, 0, 0)
    context.fillStyle = ink.paper
    context.fillRect(0, 0, side, side)
    if (image !== null) paintPicture(context, greyPicture(pixelsOf(data.test, image), imageSize))
    else if (picture) paintPicture(context, picture)
    paintStrokes(context, now)
    if (ghost.value !== null) paintGhost(context, ghosts[ghost.value]!)
    if (hand.value) paintHand(context, hand.value, open.value !== null)
  }, [now, image, picture, ghost.value, hand.value])

  const place = (event: PointerEvent): [number, number] => {
    const box = canvas.current!.getBoundingClientRect()
    return [inside(((event.clientX - box.left) / box.width) * side), inside(((event.clientY - box.top) / box.height) * side)]
  }
  const down = (event: PointerEvent) => {
    // A second finger or the palm does not draw.
    if (pointer.current !== null || event.button !== 0) return
    pointer.current = event.pointerId
    canvas.current!.setPointerCapture(event.pointerId)
    hand.value = null
    begin(...place(event))
  }
  const move = (event: PointerEvent) => {
    if (event.pointerId !== pointer.current) return
    const all = event.getCoalescedEvents?.() ?? []
    extend((all.length > 0 ? all : [event]).map(place))
  }
  const up = (event: PointerEvent) => {
    if (event.pointerId !== pointer.current) return
    pointer.current = null
    finish()
  }
  return (
    <div class="pad">
      <canvas ref={canvas} width={sharp} height={sharp} class="pad-canvas" tabIndex={0} role="application" aria-label={t.draw.pad} aria-describedby="pad-help" data-own-keys
        onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up} onKeyDown={press}
        onFocus={(event) => { if (event.currentTarget.matches(':focus-visible')) hand.value ??= { x: side / 2, y: side / 2 } }}
        onBlur={() => { finish(); hand.value = null }} />
      {!source.value && ghost.value === null && <p class="pad-empty" aria-hidden="true">{t.draw.something}</p>}
    </div>
  )
}

/** The pen of the keyboard: arrows, and Space to put it down. */
function press(event: KeyboardEvent) {
  const by = moves[event.key]
  const keys: Record<string, () => void> = { z: undo, Z: redo, c: clear }
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (by) {
    const far = event.shiftKey ? 24 : 6
    const from = hand.peek() ?? { x: side / 2, y: side / 2 }
    hand.value = { x: inside(from.x + by[0] * far), y: inside(from.y + by[1] * far) }
    extend([[hand.value.x, hand.value.y]])
  } else if (event.key === ' ') {
    const { x, y } = (hand.value ??= { x: side / 2, y: side / 2 })
    if (open.peek()) finish()
    else begin(x, y)
    say(t.draw.penAt(Math.round(x), Math.round(y), open.peek() !== null))
  } else if (keys[event.key]) keys[event.key]!()
  else return
  event.preventDefault()
}

function paintHand(context: CanvasRenderingContext2D, { x, y }: { x: number; y: number }, down: boolean) {
  context.save()
  context.strokeStyle = '#c2185b'
  context.lineWidth = 2
  context.beginPath()
  context.arc(x, y, down ? 5 : 9, 0, 7)
  context.moveTo(x - 14, y)
  context.lineTo(x + 14, y)
  context.moveTo(x, y - 14)
  context.lineTo(x, y + 14)
  context.stroke()
  context.restore()
}
