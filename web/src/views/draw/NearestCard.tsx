import { pixelsOf, type DataSet } from '../../data/set'
import { count, decimals } from '../../parts/format'
import { Thumb } from '../../parts/Thumb'
import { classNames, type ModelName } from '../../run/words'
import { moving } from '../../state/certainty'
import { useNearest } from '../../state/nearest'
import { t } from '../../words'
import type { Source } from '../../worker/protocol'
import './nearest.css'

/** The training images that each model finds most like what lies on the pad. */
export function NearestCard({ models, data, source, sourceKey }: { models: readonly ModelName[]; data: DataSet; source: Source | null; sourceKey: string }) {
  if (models.length === 0) return null
  return (
    <section class="card" aria-label={t.draw.nearest}>
      <h2>{t.draw.nearest}</h2>
      <p class="small soft">{t.draw.nearestHint}</p>
      <div class="near-models">
        {models.map((model) => <NearestOf key={model} model={model} data={data} source={source} sourceKey={sourceKey} />)}
      </div>
    </section>
  )
}

function NearestOf({ model, data, source, sourceKey }: { model: ModelName; data: DataSet; source: Source | null; sourceKey: string }) {
  const title = t.models[model]
  const found = useNearest(model, source, sourceKey)
  const some = source && found && found.indices.length > 0
  const looked = found && found.looked < found.of
    ? t.draw.nearestLooking(count(found.looked), count(found.of))
    : found && t.draw.nearestLooked(count(found.of), count(data.train.count))
  return (
    <section class={`near ${model}`} aria-label={`${t.draw.nearest}: ${title}`}>
      <h3>{title}</h3>
      {some
        ? <ol class="near-images">
            {[...found.indices].map((index, i) => (
              <li key={index} title={t.draw.cosine(index, decimals(found.cosines[i], 2))}>
                <Thumb pixels={pixelsOf(data.train, index)} />
                <span>{classNames[found.labels[i]!]}</span>
              </li>
            ))}
          </ol>
        : <p class="near-wait small soft">{moving(model) ? t.draw.nearestMoves(title) : t.draw.nearestWait}</p>}
      <p class="small soft">{looked || '\u00a0'}</p>
    </section>
  )
}
