import { useState } from 'preact/hooks'
import { pixelsOf, type Part } from '../../data/set'
import { count, percent } from '../../parts/format'
import { Thumb } from '../../parts/Thumb'
import { classNames } from '../../run/words'
import { image, view } from '../../state/app'
import { t } from '../../words'

const page = 48

/** Test images to open in Look, a page at a time. */
export function ImageList({ part, indices, sure }: { part: Part; indices: readonly number[]; sure?: Float32Array }) {
  const [shown, setShown] = useState(page)
  if (indices.length === 0) return <p class="soft">{t.test.noImages}</p>
  return (
    <>
      <ul class="thumbs">
        {indices.slice(0, shown).map((index) => {
          const label = sure ? t.test.openImage(index, percent(sure[index]!, 0)) : t.look.image(t.look.splitNames.test, index, classNames[part.labels[index]!]!)
          return (
            <li key={index}>
              <button type="button" class="thumb-button" aria-label={label} title={label}
                onClick={() => { image.value = { split: 'test', index }; view.value = 'look' }}>
                <Thumb pixels={pixelsOf(part, index)} />
              </button>
            </li>
          )
        })}
      </ul>
      {indices.length > shown && (
        <button type="button" class="button slim" onClick={() => setShown(shown + 4 * page)}>{t.test.more(count(indices.length - shown))}</button>
      )}
    </>
  )
}
