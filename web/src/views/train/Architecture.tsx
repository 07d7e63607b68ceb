import { shapeText, type Layer, type Model } from '../../models/layers'
import { count } from '../../parts/format'
import { t } from '../../words'

/** Sheets of a stack: a few stand for many channels. */
const sheets = (channels: number) => (channels === 1 ? 1 : Math.round(Math.log2(channels)) - 1)
const lean = 0.38
const gap = 3

/**
 * The network as a picture: a stack of leaning sheets for maps, as tall as the
 * maps are, and bars for vectors. `unit` is the size of one pixel of a map.
 */
export function Picture({ model, unit, room }: { model: Model; unit: number; room: number }) {
  const shown = model.layers.filter((layer) => layer.kind !== 'drop')
  const tall = 28 * unit
  const foot = 34
  let x = 2
  const parts = shown.map((layer) => {
    const at = x
    const width = layerWidth(layer, unit)
    x += Math.max(width, 26) + room
    return { layer, at, width }
  })
  const width = x - room + 2
  return (
    <svg class="picture" viewBox={`0 0 ${width} ${tall + 14 + foot}`} width={width} height={tall + 14 + foot} aria-hidden="true">
      {parts.map(({ layer, at, width: wide }) => (
        <g key={layer.name} class={`part ${layer.kind}`}>
          <title>{`${layer.name}: ${layer.does}, ${shapeText(layer)}`}</title>
          {layer.shape.length === 3 ? <Stack layer={layer} at={at} unit={unit} middle={tall / 2 + 8} /> : <Bar layer={layer} at={at} unit={unit} middle={tall / 2 + 8} />}
          <text x={at + Math.max(wide, 26) / 2} y={tall + 28} text-anchor="middle" class="channels">{layer.shape[0]}</text>
          <text x={at + Math.max(wide, 26) / 2} y={tall + 43} text-anchor="middle" class="size">{layer.shape.length === 3 ? `${layer.shape[1]}²` : ''}</text>
        </g>
      ))}
    </svg>
  )
}

function layerWidth(layer: Layer, unit: number): number {
  if (layer.shape.length === 1) return 10
  return layer.shape[1]! * unit * lean + (sheets(layer.shape[0]!) - 1) * gap
}

function Stack({ layer, at, unit, middle }: { layer: Layer; at: number; unit: number; middle: number }) {
  const size = layer.shape[1]! * unit
  const wide = size * lean
  const rise = size * 0.16
  return (
    <>
      {Array.from({ length: sheets(layer.shape[0]!) }, (_, i) => {
        const x = at + i * gap
        const top = middle - size / 2
        return <path key={i} d={`M${x} ${top + rise} L${x + wide} ${top} V${top + size - rise} L${x} ${top + size} Z`} />
      })}
    </>
  )
}

function Bar({ layer, at, unit, middle }: { layer: Layer; at: number; unit: number; middle: number }) {
  const tall = Math.max(16, Math.min(26, Math.sqrt(layer.shape[0]!) * 2.2) * unit)
  return <rect x={at + 8} y={middle - tall / 2} width={10} height={tall} rx={2} />
}

export function LayerTable({ model }: { model: Model }) {
  return (
    <details>
      <summary>{t.train.layers}</summary>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={`${model.title}: ${t.train.layers}`}>
        <table>
          <thead>
            <tr><th>{t.train.layer}</th><th>{t.train.does}</th><th class="number">{t.train.shape}</th><th class="number">{t.train.params}</th></tr>
          </thead>
          <tbody>
            {model.layers.map((layer) => (
              <tr key={layer.name}>
                <td><code>{layer.name}</code></td><td>{layer.does}</td>
                <td class="number">{shapeText(layer)}</td><td class="number">{layer.params ? count(layer.params) : t.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
