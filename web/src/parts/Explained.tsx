import { useEffect, useRef, useState } from 'preact/hooks'
import type { Layer } from '../models/layers'
import type { ModelName } from '../run/words'
import { useExplanation } from '../state/inside'
import { t } from '../words'
import type { Explanation, Nine, Pictures, Source } from '../worker/protocol'
import { minus, signed } from './format'
import './explained.css'

interface Place {
  map: number
  x: number
  y: number
}

/** One number of a convolution's map, down to the products that it is the sum of. */
export function Explained({ model, source, sourceKey, layer, pictures }: { model: ModelName; source: Source | null; sourceKey: string; layer: Layer; pictures: Pictures }) {
  const { width, height, count } = pictures
  const [place, setPlace] = useState<Place>({ map: 0, x: width >> 1, y: height >> 1 })
  const found = useExplanation(model, source, sourceKey, layer.name, place)
  const words = t.look.one
  const field = (name: string, value: number, most: number, set: (value: number) => void) => (
    <label class="field"><span>{name}</span>
      <input type="number" min={1} max={most} value={value + 1} onInput={(event) => {
        const given = Math.round(event.currentTarget.valueAsNumber)
        if (given >= 1 && given <= most) set(given - 1)
      }} />
    </label>
  )
  return (
    <section class="explained" aria-label={`${t.models[model]}: ${words.title}`}>
      <h3>{words.title}</h3>
      <p class="small soft">{words.hint(layer.name)}</p>
      <div class="explained-top">
        <Pick pictures={pictures} place={place} onPick={(x, y) => setPlace({ ...place, x, y })} />
        <div class="explained-fields">
          {field(words.map, place.map, count, (map) => setPlace({ ...place, map }))}
          {field(words.row, place.y, height, (y) => setPlace({ ...place, y }))}
          {field(words.column, place.x, width, (x) => setPlace({ ...place, x }))}
        </div>
        {found && <Steps found={found} />}
      </div>
      {found && <Windows found={found} />}
    </section>
  )
}

/** The map, large enough to point at a number of it; the fields beside it do the same by keyboard. */
function Pick({ pictures: { width, height, rgba }, place: { map, x, y }, onPick }: { pictures: Pictures; place: Place; onPick: (x: number, y: number) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const image = new ImageData(width, height)
    image.data.set(rgba.subarray(4 * map * width * height, 4 * (map + 1) * width * height))
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0)
  }, [rgba, map])
  const pick = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect()
    const at = (from: number, of: number, cells: number) => Math.min(cells - 1, Math.max(0, Math.floor((from / of) * cells)))
    onPick(at(event.clientX - box.left, box.width, width), at(event.clientY - box.top, box.height, height))
  }
  return (
    <div class="pick" aria-hidden="true" onClick={pick}>
      <canvas ref={canvas} class="pixels" width={width} height={height} />
      <span class="pick-mark" style={{ left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%`, width: `${100 / width}%`, height: `${100 / height}%` }} />
    </div>
  )
}

/** From the windows' sums to the number that the map shows. */
function Steps({ found: { windows, count, others, bias, sum, normed, scale, shift, value } }: { found: Explanation }) {
  const words = t.look.one
  const shown = windows.reduce((all, window) => all + window.sum, 0)
  return (
    <dl class="explained-steps">
      <dt>{words.windows(windows.length, count)}</dt><dd>{minus(shown, 3)}</dd>
      {count > windows.length && <><dt>{words.others(count - windows.length)}</dt><dd>{signed(others, 3)}</dd></>}
      {!normed && <><dt>{words.bias}</dt><dd>{signed(bias, 3)}</dd></>}
      <dt>{words.sum}</dt><dd>{minus(sum, 3)}</dd>
      {normed && <><dt>{words.norm(minus(scale, 3), signed(shift, 3))}</dt><dd>{minus(scale * sum + shift, 3)}</dd></>}
      <dt>{words.relu}</dt><dd class="explained-value">{minus(value, 3)}</dd>
    </dl>
  )
}

function Windows({ found: { windows } }: { found: Explanation }) {
  const words = t.look.one
  return (
    <ol class="windows">
      {windows.map((window) => (
        <li key={window.map}>
          <p class="small"><strong>{words.window(windows.length > 1 ? window.map + 1 : null)}</strong> {signed(window.sum, 3)}</p>
          <div class="nines">
            <Grid numbers={window.inputs} name={words.inputs} /><span aria-hidden="true">×</span>
            <Grid numbers={window.weights} name={words.weights} /><span aria-hidden="true">=</span>
            <Grid numbers={window.products} name={words.products} />
          </div>
        </li>
      ))}
    </ol>
  )
}

/** Three rows of three numbers. */
function Grid({ numbers, name }: { numbers: Nine; name: string }) {
  const most = Math.max(...numbers.map(Math.abs))
  return (
    <table class="nine">
      <caption>{name}</caption>
      <tbody>
        {[0, 3, 6].map((row) => (
          <tr key={row}>
            {numbers.slice(row, row + 3).map((value, i) => (
              <td key={i} class={value === 0 ? '' : `${value > 0 ? 'adds' : 'takes'}${Math.abs(value) > most / 2 ? ' much' : ''}`}>{minus(value, 2)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
