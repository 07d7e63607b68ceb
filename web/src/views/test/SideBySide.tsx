import { useEffect, useState } from 'preact/hooks'
import { saveFile } from '../../keep/download'
import type { DataSet } from '../../data/set'
import { count, percent, points } from '../../parts/format'
import { classNames } from '../../run/words'
import { complain, sessions } from '../../state/app'
import { tested, whichOf, type Tested } from '../../state/evaluations'
import { t } from '../../words'
import type { McNemarTest } from '../../worker/protocol'
import { agree, agreements, type Agreement } from './agreement'
import { compareCsv, fileOf } from './figure'
import { ImageList } from './ImageList'

/** Both models on the same images: who is better at what, and where they disagree. */
export function SideBySide({ data }: { data: DataSet }) {
  const [open, setOpen] = useState<Agreement | null>(null)
  const one = tested.model1.value
  const two = tested.model2.value
  if (!one || !two) return null
  const found = agree(one, two, data.test.labels)
  return (
    <section class="card" aria-label={t.test.compare}>
      <h2>{t.test.compare}</h2>
      {whichOf(one) && whichOf(two) && one.weights !== two.weights && <p class="small stale">{t.test.unlike}</p>}
      <div class="compare">
        <CompareTable one={one} two={two} />
        <div>
          <h3>{t.test.disagree}</h3>
          <ul class="agreements">
            {agreements.map((name) => (
              <li key={name}>
                <button type="button" class="button" aria-pressed={open === name} onClick={() => setOpen(open === name ? null : name)}>
                  <span>{t.test.compareRows[name]}</span> <strong>{count(found[name].length)}</strong>
                </button>
              </li>
            ))}
          </ul>
          <Chance only1={found.only1.length} only2={found.only2.length} />
          {open ? <ImageList key={open} part={data.test} indices={found[open]} /> : <p class="small soft">{t.test.disagreeHint}</p>}
        </div>
      </div>
    </section>
  )
}

/** Below this share of tests a difference is called hardly chance, as is usual. */
const level = 0.05
/** Smaller shares than this one are not told apart. */
const least = 1e-4

/** Whether the difference of both networks may be chance. */
function Chance({ only1, only2 }: { only1: number; only2: number }) {
  const [found, setFound] = useState<McNemarTest | null>(null)
  useEffect(() => {
    let current = true
    sessions.model1.call('mcnemar', { onlyFirst: only1, onlySecond: only2 }).then((test) => { if (current) setFound(test) }, complain)
    return () => { current = false }
  }, [only1, only2])
  if (!found) return null
  const share = found.p < least ? t.test.underShare(percent(least)) : percent(found.p)
  return <p class="small">{t.test.chance(count(found.only_first), count(found.only_second), share, found.p < level)} <span class="soft">({t.test.chanceName[found.exact ? 'exact' : 'chi']})</span></p>
}

function CompareTable({ one, two }: { one: Tested; two: Tested }) {
  const rows: [string, number, number][] = [
    [t.accuracy, one.accuracy, two.accuracy],
    [`${t.test.macro} ${t.test.f1}`, one.macro_f1, two.macro_f1],
    ...classNames.map((name, k): [string, number, number] => [`${t.test.f1}, ${name}`, one.per_class[k]!.f1, two.per_class[k]!.f1]),
  ]
  return (
    <div>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={t.test.compareTable}>
        <table class="figures-table">
          <thead><tr><th>{t.test.figure}</th><th class="number model1 hue">{t.models.model1}</th><th class="number model2 hue">{t.models.model2}</th><th class="number">{t.test.difference}</th></tr></thead>
          <tbody>
            {rows.map(([name, a, b]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class={`number ${a > b ? 'ahead' : ''}`}>{percent(a)}</td>
                <td class={`number ${b > a ? 'ahead' : ''}`}>{percent(b)}</td>
                <td class="number">{points(b - a)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="small soft">{t.test.differenceHint}</p>
      <button type="button" class="button slim" onClick={() => saveFile(`comparison_${fileOf(one)}_${fileOf(two)}.csv`, compareCsv(one, two), 'text/csv')}>{t.test.save.compareCsv}</button>
    </div>
  )
}
