import { useMemo, useState } from 'preact/hooks'
import type { DataSet } from '../../data/set'
import { count } from '../../parts/format'
import { Segments } from '../../parts/Segments'
import { classNames } from '../../run/words'
import { image } from '../../state/app'
import { t } from '../../words'
import { Grid } from './Grid'
import { select, splitsShown, type Kept, type Splits } from './selection'

/** Which images the grid shows, and the grid. */
export function Chooser({ data, kept }: { data: DataSet; kept: Kept | null }) {
  const [splits, setSplits] = useState<Splits>('test')
  const [label, setLabel] = useState<number | null>(null)
  const numbers = useMemo(() => select(data, splits, label, kept), [data, splits, label, kept])
  const waiting = kept === null && (splits === 'train' || splits === 'val')
  return (
    <section class="card chooser" aria-label={t.look.grid}>
      <div class="row look-filter">
        <div class="field"><span>{t.look.split}</span>
          <Segments label={t.look.split} value={splits} onChoose={setSplits} choices={splitsShown.map((value) => ({ value, text: t.look.splits[value], hint: t.look.splitHints[value] }))} />
        </div>
        <label class="field"><span>{t.look.of}</span>
          <select value={label ?? ''} onChange={(event) => setLabel(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}>
            <option value="">{t.look.every}</option>
            {classNames.map((name, i) => <option key={name} value={i}>{name}</option>)}
          </select>
        </label>
        <label class="field go"><span>{t.look.go}</span>
          <input type="number" inputMode="numeric" min={0} max={data.test.count - 1} value={image.value.split === 'test' ? image.value.index : ''}
            onChange={(event) => {
              const index = Math.round(event.currentTarget.valueAsNumber)
              if (index >= 0 && index < data.test.count) image.value = { split: 'test', index }
              else event.currentTarget.value = image.value.split === 'test' ? String(image.value.index) : ''
            }} />
        </label>
      </div>
      <p class="small soft">{waiting ? t.look.splitting : `${t.look.count(count(numbers.length))}: ${t.look.splitHints[splits]}. ${t.look.keys}`}</p>
      <div class="grid-place"><Grid data={data} numbers={numbers} kept={kept} /></div>
    </section>
  )
}
