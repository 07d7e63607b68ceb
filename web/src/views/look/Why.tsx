import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { indexOfMost } from '../../parts/Bars'
import { percent } from '../../parts/format'
import { classNames, type ModelName } from '../../run/words'
import { useEvidence, useOcclusion } from '../../state/inside'
import { t } from '../../words'
import type { Evidence, Occlusion, Overlay, Source } from '../../worker/protocol'
import './why.css'

const words = t.look.why

interface Asked { model: ModelName; source: Source; sourceKey: string }

/** What in the image speaks for the class that a network names, or for another. */
export function Why({ model, source, sourceKey }: Asked) {
  const [label, setLabel] = useState<number | null>(null)
  const evidence = useEvidence(model, source, sourceKey, label)
  const occlusion = useOcclusion(model, source, sourceKey, label)
  const title = titleOf(t.models[model], evidence)
  return (
    <section class={`card ${model}`} aria-label={title}>
      <h2>{title}</h2>
      <label class="field why-class"><span>{words.label}</span>
        <select value={label ?? ''} onChange={(event) => setLabel(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}>
          <option value="">{words.named}</option>
          {classNames.map((name, i) => <option key={name} value={i}>{name}</option>)}
        </select>
      </label>
      <div class="why-parts">
        <Part model={model} title={words.evidence} hint={words.evidenceHint}>{evidence && <EvidenceFigure found={evidence} />}</Part>
        <Part model={model} title={words.hidden} hint={words.hiddenHint(occlusion?.patch ?? 7)}>{occlusion && <OcclusionFigure found={occlusion} />}</Part>
      </div>
    </section>
  )
}

function titleOf(title: string, found: Evidence | null): string {
  if (!found) return words.title(title)
  const [named, label] = [classNames[found.named]!, classNames[found.class]!]
  return named === label ? words.says(title, named) : words.andNot(title, named, label)
}

function Part({ model, title, hint, children }: { model: ModelName; title: string; hint: string; children: ComponentChildren }) {
  return (
    <section aria-label={`${t.models[model]}: ${title}`}>
      <h3>{title}</h3>
      <div class="why-answer">{children}</div>
      <p class="small soft">{hint}</p>
    </section>
  )
}

/** A number with its sign, in as many digits as a person reads. */
const signed = (value: number, digits: number) => {
  const text = Math.abs(value).toFixed(digits)
  return Number(text) === 0 ? text : `${value < 0 ? '−' : ''}${text}`
}

function EvidenceFigure({ found }: { found: Evidence }) {
  const { scores, constant, named, end, lo, hi } = found
  const label = classNames[found.class]!
  const score = scores[found.class]!
  // Rounded numbers, too, add up.
  const places = Number(score.toFixed(2)) - Number(constant.toFixed(2))
  const best = indexOfMost([...scores])
  return (
    <>
      <Laid found={found} label={words.evidencePicture(label, signed(lo, 2), signed(hi, 2), placeOf(found))} low={signed(-end, 2)} high={signed(end, 2)} />
      <p class="small">
        {words.sum(label, signed(score, 2), signed(places, 2), signed(constant, 2))} {named !== found.class && words.winner(classNames[best]!, signed(scores[best]!, 2))}
      </p>
    </>
  )
}

/** Shares of a probability in percentage points. */
const points = (share: number) => signed(100 * share, Math.abs(share) < 0.1 ? 1 : 0)
/** A change of less is nothing to point at. */
const leastChange = 0.005

function changeOf(found: Occlusion): string {
  const { lo, hi } = found
  if (Math.max(hi, -lo) < leastChange) return words.firm
  return hi >= -lo ? words.falls(points(hi), placeOf(found)) : words.rises(points(-lo), placeOf(found))
}

function OcclusionFigure({ found }: { found: Occlusion }) {
  const { probability, end, lo, hi } = found
  const label = classNames[found.class]!
  return (
    <>
      <Laid found={found} label={words.hiddenPicture(label, points(lo), points(hi), placeOf(found))} low={words.points(points(-end))} high={words.points(points(end))} />
      <p class="small">{words.whole(label, percent(probability, 1))} {changeOf(found)}</p>
    </>
  )
}

/** Which ninth of the image the strongest number is in, in words. */
const placeOf = ({ x, y }: Overlay) => words.where[Math.min(2, Math.floor(3 * y))]![Math.min(2, Math.floor(3 * x))]!

/** The picture and its legend. */
function Laid({ found, label, low, high }: { found: Overlay; label: string; low: string; high: string }) {
  const { width, height, rgba, bar } = found
  return (
    <>
      <Painted class="why-picture pixels" width={width} height={height} rgba={rgba} label={label} />
      <p class="map-legend small soft">
        <span>{low}</span>
        <Painted width={bar.length / 4} height={1} rgba={bar} label={words.legend(low, high)} />
        <span>{high}</span>
      </p>
    </>
  )
}

function Painted({ width, height, rgba, label, class: kind }: { width: number; height: number; rgba: Uint8ClampedArray; label: string; class?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const image = new ImageData(width, height)
    image.data.set(rgba)
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0)
  }, [rgba])
  return <canvas ref={canvas} class={kind} width={width} height={height} role="img" aria-label={label} />
}
