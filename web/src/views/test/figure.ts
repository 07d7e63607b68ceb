import { ink, type Figure, type Pen } from '../../parts/pen'
import { classNames, type Evaluation } from '../../run/words'
import { whichOf, type Tested } from '../../state/evaluations'
import { t } from '../../words'
import { share, type Showing } from './Matrix'

const cell = 52
const left = 120
const top = 130
const legendAt = left + 10 * cell + 30
const size = { width: legendAt + 90, height: top + 10 * cell + 60 }

const hues = { model1: [0, 119, 187], model2: [238, 119, 51] } as const

/** White to the model's colour, darkening at the end so that white text stands on it. */
function shade(model: Evaluation['model'], part: number): string {
  const mix = hues[model].map((end) => {
    const full = end * (1 - 0.35 * Math.max(0, part - 0.6) / 0.4)
    return Math.round(255 + (full - 255) * Math.min(1, 0.15 * Number(part > 0) + part))
  })
  return `rgb(${mix.join(',')})`
}

function drawMatrix(pen: Pen, evaluation: Tested, showing: Showing) {
  const { model, confusion } = evaluation
  const which = whichOf(evaluation)
  const title = t.test.matrix(t.models[model])
  pen.box(0, 0, size.width, size.height, '#ffffff')
  pen.text(left, 26, which ? `${title}, ${t.test.weightsOf[which]}` : title, { size: 18, fill: ink, bold: true })
  classNames.forEach((name, i) => {
    pen.text(left + (i + 0.5) * cell + 4, top - 8, name, { size: 12, fill: ink, upright: true })
    pen.text(left - 8, top + (i + 0.5) * cell + 4, name, { size: 12, fill: ink, anchor: 'end' })
    for (let said = 0; said < 10; said++) {
      const part = share(confusion, i, said)
      pen.box(left + said * cell, top + i * cell, cell - 1, cell - 1, shade(model, part))
      const text = showing === 'counts' ? String(confusion[i]![said]!) : part.toFixed(2)
      pen.text(left + (said + 0.5) * cell, top + (i + 0.5) * cell + 4, text, { size: 12, fill: part > 0.6 ? '#ffffff' : ink, anchor: 'middle' })
    }
  })
  pen.text(left + 5 * cell, top + 10 * cell + 30, t.predicted, { size: 13, fill: ink, anchor: 'middle' })
  const steps = 26
  for (let i = 0; i < steps; i++) {
    const part = 1 - i / (steps - 1)
    pen.box(legendAt, top + i * 20, 18, 20, shade(model, part))
    if (i % 5 === 0) pen.text(legendAt + 24, top + i * 20 + 14, `${Math.round(100 * part)} %`, { size: 12, fill: ink })
  }
}

/** The part of a file's name that says whose figures are in it. */
export const fileOf = (evaluation: Tested) => [evaluation.model, whichOf(evaluation)].filter(Boolean).join('_')

/** A confusion matrix with its legend. */
export const matrixFigure = (evaluation: Tested, showing: Showing): Figure => ({ ...size, draw: (pen) => drawMatrix(pen, evaluation, showing) })

export function matrixCsv({ confusion }: Evaluation): string {
  const rows = confusion.map((row, i) => [classNames[i], ...row].join(','))
  return [['true\\predicted', ...classNames].join(','), ...rows].join('\n') + '\n'
}

export function compareCsv(one: Evaluation, two: Evaluation): string {
  const line = (name: string, a: number, b: number) => [name, a.toFixed(4), b.toFixed(4), (b - a).toFixed(4)].join(',')
  const rows = classNames.map((name, k) => line(`f1 ${name}`, one.per_class[k]!.f1, two.per_class[k]!.f1))
  return ['figure,model1,model2,difference', line('accuracy', one.accuracy, two.accuracy), line('macro f1', one.macro_f1, two.macro_f1), ...rows].join('\n') + '\n'
}

export function tableCsv(evaluation: Evaluation): string {
  const number = (value: number) => value.toFixed(4)
  const rows = evaluation.per_class.map((row) => [row.label, number(row.precision), number(row.recall), number(row.f1), row.support].join(','))
  const macro = ['macro avg', number(evaluation.macro_precision), number(evaluation.macro_recall), number(evaluation.macro_f1), evaluation.images].join(',')
  return ['class,precision,recall,f1,support', ...rows, macro].join('\n') + '\n'
}
