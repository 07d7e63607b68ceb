import { useMemo } from 'preact/hooks'
import { pixelsOf, trainable, type DataSet } from '../../data/set'
import { useData } from '../../data/useData'
import { count } from '../../parts/format'
import { Thumb } from '../../parts/Thumb'
import { classNames } from '../../run/words'
import { t } from '../../words'

/** What a first visitor sees before any curve: the task itself, an image of each class. */
export function Kinds() {
  const data = useData()
  if (!data) return <div class="card kinds" />
  return <Shown data={data} />
}

function Shown({ data }: { data: DataSet }) {
  const { test } = data
  const pictures = useMemo(() => classNames.map((_, label) => pixelsOf(test, Math.max(0, test.labels.indexOf(label)))), [test])
  return (
    <section class="card kinds" aria-labelledby="kinds">
      <h2 id="kinds">{t.train.kindsTitle}</h2>
      <ul>
        {classNames.map((name, label) => <li key={name}><Thumb pixels={pictures[label]!} /><span>{name}</span></li>)}
      </ul>
      <p class="small soft">{t.train.kindsHint(count(trainable.value), count(test.count), data.kind === 'drawn')}</p>
    </section>
  )
}
