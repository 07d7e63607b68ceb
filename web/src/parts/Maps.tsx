import { useEffect, useMemo, useRef } from 'preact/hooks'
import { useSignal } from '@preact/signals'
import { models, shapeText } from '../models/layers'
import type { ModelName } from '../run/words'
import { useMaps } from '../state/inside'
import { t } from '../words'
import type { Pictures, Scale, Source } from '../worker/protocol'
import { decimals } from './format'
import { Segments } from './Segments'
import './maps.css'

const scales: readonly Scale[] = ['layer', 'map', 'fixed']

/** The activation maps of one layer of one model, with their scale. */
export function Maps({ model, source, sourceKey, scale, onScale }: {
  model: ModelName
  source: Source | null
  sourceKey: string
  scale: Scale
  onScale: (scale: Scale) => void
}) {
  const layers = models[model].layers.filter((layer) => layer.seen)
  const layer = useSignal(layers[0]!.name)
  const now = layers.find((one) => one.name === layer.value)!
  const pictures = useMaps(model, source, sourceKey, now.name, scale)
  const title = t.look.maps(t.models[model])
  return (
    <section class={`card maps-card ${model}`} aria-label={title}>
      <h2>{title}</h2>
      <div class="row maps-choice">
        <label class="field"><span>{t.look.layer}</span>
          <select value={now.name} onChange={(event) => { layer.value = event.currentTarget.value }}>
            {layers.map((one) => <option key={one.name} value={one.name}>{`${one.name} · ${shapeText(one)}`}</option>)}
          </select>
        </label>
        <div class="field"><span>{t.look.scale}</span>
          <Segments label={t.look.scale} value={scale} onChoose={onScale} choices={scales.map((value) => ({ value, text: t.look.scales[value] }))} />
        </div>
      </div>
      <p class="small soft">{now.does}. {t.look.mapHint(now.shape[0]!, `${now.shape[1]}×${now.shape[2]}`)}</p>
      {pictures ? <Sheet pictures={pictures} name={now.name} scale={scale} /> : <p class="maps-wait soft">{t.look.nothing}</p>}
    </section>
  )
}

/** Pictures side by side, a legend with numbers, and the numbers of each behind it. */
export function Sheet({ pictures, name, scale }: { pictures: Pictures; name: string; scale: Scale }) {
  const { width, height, count, lo, hi, silent } = pictures
  const sheet = useMemo(() => {
    const image = new ImageData(width, height * count)
    image.data.set(pictures.rgba)
    return image
  }, [pictures])
  const all = Array.from({ length: count }, (_, i) => i)
  return (
    <>
      <Legend pictures={pictures} scale={scale} />
      <ul class={`maps maps-${sizeClass(width)}`} aria-label={`${name}: ${t.look.mapHint(count, `${height}×${width}`)}`}>
        {all.map((i) => {
          const words = t.look.map(name, i + 1, decimals(lo[i], 2), decimals(hi[i], 2))
          return (
            <li key={i} class={silent[i] ? 'silent' : ''} title={silent[i] ? `${words}. ${t.look.silentHint}` : words}>
              <Picture sheet={sheet} index={i} height={height} label={words} />
              {silent[i] === 1 && <span class="silent-word">{t.look.silent}</span>}
            </li>
          )
        })}
      </ul>
      <details>
        <summary>{t.chart.numbers}</summary>
        <div class="scroll-y" tabIndex={0} role="region" aria-label={`${name}: ${t.chart.numbers}`}>
          <table>
            <thead><tr><th class="number">{t.look.numbers.map}</th><th class="number">{t.look.numbers.min}</th><th class="number">{t.look.numbers.max}</th></tr></thead>
            <tbody>
              {all.map((i) => (
                <tr key={i}>
                  <td class="number">{i + 1}</td><td class="number">{decimals(lo[i], 3)}</td>
                  <td class="number">{silent[i] ? t.look.silent : decimals(hi[i], 3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

const sizeClass = (width: number) => (width >= 28 ? 'large' : width >= 14 ? 'middle' : 'small')

function Picture({ sheet, index, height, label }: { sheet: ImageData; index: number; height: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const top = index * height
    canvas.current!.getContext('2d')!.putImageData(sheet, 0, -top, 0, top, sheet.width, height)
  }, [sheet])
  return <canvas ref={canvas} class="pixels" width={sheet.width} height={height} role="img" aria-label={label} />
}

function Legend({ pictures, scale }: { pictures: Pictures; scale: Scale }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { bar, ends } = pictures
  const steps = bar.length / 4
  useEffect(() => {
    const strip = new ImageData(steps, 1)
    strip.data.set(bar)
    canvas.current!.getContext('2d')!.putImageData(strip, 0, 0)
  }, [pictures])
  const [lo, hi] = [decimals(ends[0], 2), decimals(ends[1], 2)]
  const own = scale === 'map'
  return (
    <p class="map-legend small soft">
      <span>{own ? t.look.numbers.min : lo}</span>
      <canvas ref={canvas} width={steps} height={1} role="img" aria-label={own ? t.look.perMap : t.look.legend(lo, hi)} />
      <span>{own ? `${t.look.numbers.max} · ${t.look.perMap}` : hi}</span>
    </p>
  )
}
