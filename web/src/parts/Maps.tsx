import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { models, shapeText, type Layer } from '../models/layers'
import { classNames, type ModelName } from '../run/words'
import { layerShown } from '../state/app'
import { useMaps } from '../state/inside'
import { t } from '../words'
import type { Pictures, Scale, Source } from '../worker/protocol'
import { decimals } from './format'
import { Explained } from './Explained'
import { Segments } from './Segments'
import './maps.css'

const scales: readonly Scale[] = ['layer', 'map', 'fixed']
/** The choice of a few maps of every layer. */
const every = 'all'
const few = 16
/** Every layer at once is asked for less often, in milliseconds. */
const calm = 1200

interface Shown {
  model: ModelName
  source: Source | null
  sourceKey: string
  scale: Scale
  /** Whether one number of a layer may be looked at: a question more for every picture. */
  explained?: boolean
}

/** The activation maps of a model, of one layer or a few of each, with their scale. */
export function Maps({ onScale, ...shown }: Shown & { onScale: (scale: Scale) => void }) {
  const { model, scale } = shown
  const layers = models[model].layers.filter((layer) => layer.seen)
  const chosen = layerShown[model].value
  const one = layers.find((layer) => layer.name === chosen)
  const title = t.look.maps(t.models[model])
  return (
    <section class={`card maps-card ${model}`} aria-label={title}>
      <h2>{title}</h2>
      <div class="row maps-choice">
        <label class="field"><span>{t.look.layer}</span>
          <select value={one?.name ?? every} onChange={(event) => { layerShown[model].value = event.currentTarget.value }}>
            <option value={every}>{t.look.everyLayer}</option>
            {layers.map((layer) => <option key={layer.name} value={layer.name}>{`${layer.name} · ${shapeText(layer)}`}</option>)}
          </select>
        </label>
        <div class="field"><span>{t.look.scale}</span>
          <Segments label={t.look.scale} value={scale} onChoose={onScale} choices={scales.map((value) => ({ value, text: t.look.scales[value] }))} />
        </div>
      </div>
      {one
        ? <LayerMaps key={one.name} {...shown} layer={one} />
        : <>
            <p class="small soft">{t.look.everyHint(few)}</p>
            {layers.map((layer) => (
              <section key={layer.name} class="layer-row" aria-label={layer.name}>
                <h3>{layer.name}</h3>
                <LayerMaps {...shown} layer={layer} most={few} />
              </section>
            ))}
          </>}
    </section>
  )
}

function LayerMaps({ model, source, sourceKey, scale, explained, layer, most }: Shown & { layer: Layer; most?: number }) {
  const pictures = useMaps(model, source, sourceKey, layer.name, scale, most ? calm : undefined)
  const [count, height, width] = layer.shape as [number, number?, number?]
  return (
    <>
      <p class="small soft">{layer.does}. {t.look.mapHint(count, height ? `${height}×${width}` : '')}</p>
      {pictures ? <Sheet pictures={pictures} name={layer.name} scale={scale} {...(most ? { most } : {})} /> : <div class="maps-wait" />}
      {pictures && explained && layer.kind === 'conv' && !most && <Explained model={model} source={source} sourceKey={sourceKey} layer={layer} pictures={pictures} />}
    </>
  )
}

/** Numbers of a layer of ten are those of the classes. */
const nameOf = (layer: string, i: number, count: number) => (count === classNames.length ? `${layer}, ${classNames[i]}` : t.look.mapName(layer, i + 1))

/** Pictures side by side, a legend with numbers, and the numbers of each behind it; with `most`, the first of them alone. */
export function Sheet({ pictures, name, scale, most }: { pictures: Pictures; name: string; scale: Scale | 'filter'; most?: number }) {
  const { width, height, count, lo, hi, silent } = pictures
  const sheet = useMemo(() => {
    const image = new ImageData(width, height * count)
    image.data.set(pictures.rgba)
    return image
  }, [pictures])
  const all = Array.from({ length: count }, (_, i) => i)
  const shown = most ? all.slice(0, most) : all
  return (
    <>
      <Legend pictures={pictures} scale={scale} />
      <ul class={`maps maps-${sizeClass(width)}`} aria-label={`${name}: ${t.look.mapHint(count, width > 1 ? `${height}×${width}` : '')}`}>
        {shown.map((i) => {
          const words = t.look.map(nameOf(name, i, count), decimals(lo[i], 2), decimals(hi[i], 2))
          return (
            <li key={i} class={silent[i] ? 'silent' : ''} title={silent[i] ? `${words}. ${t.look.silentHint}` : words}>
              <Picture sheet={sheet} index={i} height={height} label={words} />
              {silent[i] === 1 && width > 1 && <span class="silent-word">{t.look.silent}</span>}
            </li>
          )
        })}
      </ul>
      {most ? count > most && <p class="small soft">{t.look.few(most, count)}</p> : <Numbers pictures={pictures} name={name} />}
    </>
  )
}

/** The numbers behind the colours: made while they are looked at, since they change with every picture. */
function Numbers({ pictures, name }: { pictures: Pictures; name: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.chart.numbers}</summary>
      {open && <Table pictures={pictures} name={name} />}
    </details>
  )
}

function Table({ pictures: { count, lo, hi, silent }, name }: { pictures: Pictures; name: string }) {
  return (
    <div class="scroll-y" tabIndex={0} role="region" aria-label={`${name}: ${t.chart.numbers}`}>
      <table>
        <thead><tr><th>{t.look.numbers.map}</th><th class="number">{t.look.numbers.min}</th><th class="number">{t.look.numbers.max}</th></tr></thead>
        <tbody>
          {Array.from({ length: count }, (_, i) => (
            <tr key={i}>
              <th scope="row">{count === classNames.length ? classNames[i] : i + 1}</th><td class="number">{decimals(lo[i], 3)}</td>
              <td class="number">{silent[i] ? t.look.silent : decimals(hi[i], 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const sizeClass = (width: number) => (width >= 28 ? 'large' : width >= 14 ? 'middle' : width > 1 ? 'small' : 'single')

function Picture({ sheet, index, height, label }: { sheet: ImageData; index: number; height: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const top = index * height
    canvas.current!.getContext('2d')!.putImageData(sheet, 0, -top, 0, top, sheet.width, height)
  }, [sheet])
  return <canvas ref={canvas} class="pixels" width={sheet.width} height={height} role="img" aria-label={label} />
}

function Legend({ pictures, scale }: { pictures: Pictures; scale: Scale | 'filter' }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { bar, ends } = pictures
  const steps = bar.length / 4
  useEffect(() => {
    const strip = new ImageData(steps, 1)
    strip.data.set(bar)
    canvas.current!.getContext('2d')!.putImageData(strip, 0, 0)
  }, [pictures])
  // Every map has its own ends: then the legend gives those of all together.
  const own = scale === 'map' || scale === 'filter'
  const least = own ? pictures.lo.reduce((a, b) => Math.min(a, b), Infinity) : ends[0]
  const most = own ? pictures.hi.reduce((a, b) => Math.max(a, b), -Infinity) : ends[1]
  const [lo, hi] = [decimals(least, 2), decimals(most, 2)]
  const [from, to] = scale === 'filter' ? t.look.filterEnds : scale === 'map' ? [t.look.numbers.min, t.look.numbers.max] : [lo, hi]
  const words = scale === 'filter' ? t.look.perFilter(lo, hi) : own ? t.look.perMap(lo, hi) : t.look.legend(lo, hi)
  return (
    <p class="map-legend small soft">
      <span>{from}</span>
      <canvas ref={canvas} width={steps} height={1} role="img" aria-label={words} />
      <span>{to}</span>
      {own && <span class="own">{words}</span>}
      {pictures.width === 1 && pictures.silent.includes(1) && <span class="own">{t.look.silentGrey}</span>}
    </p>
  )
}
