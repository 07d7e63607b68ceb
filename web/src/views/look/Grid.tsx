import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { pixelsOf, type DataSet } from '../../data/set'
import { Thumb } from '../../parts/Thumb'
import { classNames } from '../../run/words'
import { image } from '../../state/app'
import { t } from '../../words'
import { imageAt, numberOf, splitOf, type Kept } from './selection'

const tile = 64
const spare = 4

/**
 * All images of a selection; only those in sight exist in the page. A list box:
 * arrow keys move through it, Enter chooses.
 */
export function Grid({ data, numbers, kept }: { data: DataSet; numbers: Uint32Array; kept: Kept | null }) {
  const box = useRef<HTMLDivElement>(null)
  const [{ width, height }, setSize] = useState({ width: 0, height: 0 })
  const [top, setTop] = useState(0)
  const [active, setActive] = useState(0)
  useEffect(() => {
    const element = box.current!
    const watch = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  const columns = Math.max(1, Math.floor(width / tile))
  // A new selection starts at the chosen image if that is in it, else at its top.
  const chosen = numberOf(data, image.value)
  useEffect(() => {
    const at = Math.max(0, numbers.indexOf(chosen))
    setActive(at)
    if (width > 0) box.current!.scrollTop = Math.max(0, Math.floor(at / columns) * tile - tile)
  }, [numbers, width > 0])

  // The tiles share out what is left of the width.
  const across = width > 0 ? Math.floor(width / columns) : tile
  const rows = Math.ceil(numbers.length / columns)
  const firstRow = Math.max(0, Math.floor(top / tile) - spare)
  const shownRows = Math.ceil(height / tile) + 2 * spare + 1
  const first = firstRow * columns
  const last = Math.min(numbers.length, first + shownRows * columns)

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
    if (numbers.length === 0) return
    const screen = Math.max(1, Math.floor(height / tile) - 1) * columns
    const by: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -screen, PageDown: screen, Home: -numbers.length, End: numbers.length }
    if (event.key === 'Enter' || event.key === ' ') choose(active)
    else if (event.key in by) go(active + by[event.key]!)
    else return
    event.preventDefault()
  }
  // Tiles that leave the sight come back in at the other end, so that scrolling makes nothing new.
  const slots = shownRows * columns
  return (
    <div class="image-grid" ref={box} role="listbox" tabIndex={0} aria-label={t.look.grid} aria-activedescendant={numbers.length > 0 ? `tile-${numbers[active]}` : undefined} data-own-keys
      onScroll={(event) => setTop(event.currentTarget.scrollTop)} onKeyDown={press}>
      <div class="image-sheet" role="presentation" style={{ height: `${rows * tile}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, i) => {
          const at = first + i
          return (
            <Tile key={at % slots} data={data} number={numbers[at]!} kept={kept} at={at} of={numbers.length} chosen={numbers[at] === chosen} active={at === active}
              x={(at % columns) * across} y={Math.floor(at / columns) * tile} width={across} onChoose={choose} />
          )
        })}
      </div>
    </div>
  )
}

interface TileProps {
  data: DataSet
  number: number
  kept: Kept | null
  at: number
  of: number
  chosen: boolean
  active: boolean
  x: number
  y: number
  width: number
  onChoose: (at: number) => void
}

function Tile({ data, number, kept, at, of, chosen, active, x, y, width, onChoose }: TileProps) {
  const found = imageAt(data, number)
  const part = data.part(found.split)
  // The same image is not painted again when the grid moves.
  const pixels = useMemo(() => pixelsOf(part, found.index), [part, found.index])
  const words = t.look.image(t.look.splitNames[splitOf(found, kept)], found.index, classNames[part.labels[found.index]!]!)
  return (
    <div id={`tile-${number}`} role="option" aria-selected={chosen} aria-label={words} title={words} aria-setsize={of} aria-posinset={at + 1}
      class={`tile ${active ? 'active' : ''}`} style={{ width: `${width}px`, transform: `translate(${x}px, ${y}px)` }} onClick={() => onChoose(at)}>
      <Thumb pixels={pixels} />
    </div>
  )
}
