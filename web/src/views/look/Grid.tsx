import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { pixelsOf, type DataSet } from '../../data/set'
import { Thumb } from '../../parts/Thumb'
import { classNames } from '../../run/words'
import { image } from '../../state/app'
import { t } from '../../words'
import { imageAt, numberOf } from './selection'

const tile = 64
const spare = 3

/**
 * All images of a selection; only those in sight exist in the page. A list box:
 * arrow keys move through it, Enter chooses.
 */
export function Grid({ data, numbers }: { data: DataSet; numbers: Uint32Array }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(0)
  const [active, setActive] = useState(0)
  useEffect(() => {
    const element = box.current!
    const watch = new ResizeObserver(() => {
      setWidth(element.clientWidth)
      setHeight(element.clientHeight)
    })
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  // A new selection starts at the chosen image if that is in it, else at its top.
  const chosen = numberOf(data, image.value)
  useEffect(() => {
    const at = Math.max(0, numbers.indexOf(chosen))
    setActive(at)
    if (width > 0) box.current!.scrollTop = Math.max(0, Math.floor(at / columns) * tile - tile)
  }, [numbers, width > 0])

  const columns = Math.max(1, Math.floor(width / tile))
  // The tiles share out what is left of the width.
  const across = width > 0 ? Math.floor(width / columns) : tile
  const rows = Math.ceil(numbers.length / columns)
  const first = Math.max(0, Math.floor(top / tile) - spare) * columns
  const last = Math.min(numbers.length, (Math.ceil((top + height) / tile) + spare) * columns)
  const shown = useMemo(() => Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i), [first, last])

  const go = (to: number) => {
    const at = Math.min(numbers.length - 1, Math.max(0, to))
    setActive(at)
    const row = Math.floor(at / columns) * tile
    const element = box.current!
    if (row < element.scrollTop) element.scrollTop = row
    else if (row + tile > element.scrollTop + element.clientHeight) element.scrollTop = row + tile - element.clientHeight
  }
  const choose = (at: number) => {
    setActive(at)
    image.value = imageAt(data, numbers[at]!)
  }
  const press = (event: KeyboardEvent) => {
    const screen = Math.max(1, Math.floor(height / tile) - 1) * columns
    const by: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -screen, PageDown: screen, Home: -numbers.length, End: numbers.length }
    if (event.key === 'Enter' || event.key === ' ') choose(active)
    else if (event.key in by) go(active + by[event.key]!)
    else return
    event.preventDefault()
  }
  return (
    <div class="image-grid" ref={box} role="listbox" tabIndex={0} aria-label={t.look.grid} aria-activedescendant={`tile-${numbers[active]}`} data-own-keys
      onScroll={(event) => setTop(event.currentTarget.scrollTop)} onKeyDown={press}>
      <div class="image-sheet" role="presentation" style={{ height: `${rows * tile}px` }}>
        {shown.map((at) => {
          const number = numbers[at]!
          const { split, index } = imageAt(data, number)
          const part = data.part(split)
          const words = t.look.image(t.look.splitNames[split], index, classNames[part.labels[index]!]!)
          return (
            <div key={number} id={`tile-${number}`} role="option" aria-selected={number === chosen} aria-label={words} title={words}
              aria-setsize={numbers.length} aria-posinset={at + 1}
              class={`tile ${at === active ? 'active' : ''}`} style={{ width: `${across}px`, transform: `translate(${(at % columns) * across}px, ${Math.floor(at / columns) * tile}px)` }}
              onClick={() => choose(at)}>
              <Thumb pixels={pixelsOf(part, index)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}
