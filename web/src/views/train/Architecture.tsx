import { parameterCount, shapeText, type Layer, type Model } from '../../models/layers'
import { brief, count } from '../../parts/format'
import { t } from '../../words'

/** Sheets of a stack: a few stand for many channels. */
const sheets = (channels: number) => (channels === 1 ? 1 : Math.round(Math.log2(channels)) - 1)
const lean = 0.38
const gap = 3
/** One pixel of a map, in the picture's own units. */
const unit = 1.7
const box = { width: 40, height: 54 }

/**
 * The network as a row of layers: a stack of leaning sheets for maps, as tall as
 * the maps are, and bars for vectors; below each its shape and its parameters.
 */
export function Picture({ model }: { model: Model }) {
  const shown = model.layers.filter((layer) => layer.kind !== 'drop')
  const all = parameterCount(model)
  return (
    <ol class="picture" aria-label={t.train.picture(model.title)}>
      {shown.map((layer) => (
        <li key={layer.name} class={`part ${layer.kind}`} title={`${layer.name}: ${layer.does}, ${shapeText(layer)}`}>
          <svg viewBox={`0 0 ${box.width} ${box.height}`} width={box.width} height={box.height} aria-hidden="true">
            {layer.shape.length === 3 ? <Stack layer={layer} /> : <Bar layer={layer} />}
          </svg>
          <span class="kind">{t.train.kinds[layer.kind]}</span>
          <span class="channels">{layer.shape[0]}</span>
          <span class="size">{layer.shape.length === 3 ? <>×{layer.shape[1]}²</> : ' '}</span>
          <span class="visually-hidden">{t.train.parameters(count(layer.params))}</span>
          <span class="weight" aria-hidden="true">{layer.params > 0 ? brief(layer.params) : t.none}</span>
          <span class="share" aria-hidden="true"><span style={{ width: `${(100 * layer.params) / all}%` }} /></span>
        </li>
      ))}
    </ol>
  )
}

function Stack({ layer }: { layer: Layer }) {
  const size = layer.shape[1]! * unit
  const wide = size * lean
  const rise = size * 0.16
  const count = sheets(layer.shape[0]!)
  const left = (box.width - wide - (count - 1) * gap) / 2
  const top = (box.height - size) / 2
  return (
    <>
      {Array.from({ length: count }, (_, i) => {
        const x = left + i * gap
        return <path key={i} d={`M${x} ${top + rise} L${x + wide} ${top} V${top + size - rise} L${x} ${top + size} Z`} />
      })}
    </>
  )
}

function Bar({ layer }: { layer: Layer }) {
  const tall = Math.max(14, Math.min(28, Math.sqrt(layer.shape[0]!) * 2.4) * unit)
  return <rect x={box.width / 2 - 5} y={(box.height - tall) / 2} width={10} height={tall} rx={2} />
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
                <td><code>{layer.modules.join(', ')}</code></td><td>{layer.does}</td>
                <td class="number">{shapeText(layer)}</td><td class="number">{layer.params ? count(layer.params) : t.none}</td>
              </tr>
            ))}
            <tr><th scope="row" colSpan={3}>{t.train.total}</th><td class="number">{count(parameterCount(model))}</td></tr>
          </tbody>
        </table>
      </div>
    </details>
  )
}
