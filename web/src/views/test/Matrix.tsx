import { useRef, useState } from 'preact/hooks'
import { images, percent } from '../../parts/format'
import { classNames, type Evaluation } from '../../run/words'
import { t } from '../../words'

export type Showing = 'counts' | 'percent'
export interface Cell { truth: number; said: number }

/** A cell's share of its true class. */
export const share = (confusion: readonly number[][], truth: number, said: number) => {
  const row = confusion[truth]!
  const sum = row.reduce((a, b) => a + b, 0)
  return sum === 0 ? 0 : row[said]! / sum
}

const moves: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
const inside = (value: number) => Math.min(9, Math.max(0, value))

/** Rows are true classes. A grid: arrow keys move, Enter opens a cell's images. */
export function Matrix({ evaluation, showing, chosen, onChoose }: {
  evaluation: Evaluation
  showing: Showing
  chosen: Cell | null
  onChoose: (cell: Cell) => void
}) {
  const [at, setAt] = useState<Cell>({ truth: 0, said: 0 })
  const grid = useRef<HTMLTableElement>(null)
  const { confusion, model } = evaluation
  const move = (event: KeyboardEvent) => {
    const by = moves[event.key]
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onChoose(at)
    }
    if (!by) return
    event.preventDefault()
    const next = { truth: inside(at.truth + by[0]), said: inside(at.said + by[1]) }
    setAt(next)
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.truth}-${next.said}"]`)?.focus()
  }
  return (
    <div class="scroll-x">
      <table class={`matrix ${model}`} role="grid" aria-label={t.test.matrix(t.models[model])} ref={grid} onKeyDown={move} data-own-keys>
        <thead>
          <tr role="row">
            <th role="columnheader" class="corner"><span class="visually-hidden">{t.actual}</span></th>
            {classNames.map((name) => <th key={name} role="columnheader" scope="col"><span>{name}</span></th>)}
          </tr>
        </thead>
        <tbody>
          {classNames.map((name, truth) => (
            <tr key={name} role="row">
              <th role="rowheader" scope="row">{name}</th>
              {classNames.map((saidName, said) => {
                const part = share(confusion, truth, said)
                const number = confusion[truth]![said]!
                const words = truth === said ? t.test.right(name, images(number), percent(part, 1)) : t.test.cell(name, saidName, images(number), percent(part, 1))
                const here = at.truth === truth && at.said === said
                const open = chosen?.truth === truth && chosen.said === said
                return (
                  <td key={saidName} role="gridcell" data-cell={`${truth}-${said}`} tabIndex={here ? 0 : -1} aria-label={words} title={words} aria-selected={open}
                    class={`${part > 0.6 ? 'heavy' : ''} ${number === 0 ? 'zero' : ''}`} style={{ '--share': part > 0.6 ? (part - 0.6) / 0.4 : part / 0.6 }}
                    onClick={() => { setAt({ truth, said }); onChoose({ truth, said }) }}>
                    {showing === 'counts' ? number : number === 0 ? '0' : (100 * part).toFixed(part >= 0.9995 ? 0 : 1)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What the colours of a matrix mean. */
export function MatrixLegend({ evaluation }: { evaluation: Evaluation }) {
  const steps = [0, 0.05, 0.15, 0.3, 0.6, 0.8, 1]
  return (
    <div class={`matrix-legend small soft ${evaluation.model}`}>
      <span>{t.test.legend}</span>
      <ol>
        {steps.map((part) => (
          <li key={part}>
            <span class={`swatch-cell ${part > 0.6 ? 'heavy' : ''}`} style={{ '--share': part > 0.6 ? (part - 0.6) / 0.4 : part / 0.6 }} />
            {Math.round(100 * part)} %
          </li>
        ))}
      </ol>
    </div>
  )
}
