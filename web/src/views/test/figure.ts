import { classNames, type Evaluation } from '../../run/words'
import { t } from '../../words'
import { share, type Showing } from './Matrix'

/** What a figure is drawn with: a canvas for PNG, or text for SVG. Both are always light. */
interface Pen {
  box(x: number, y: number, width: number, height: number, fill: string): void
  text(x: number, y: number, text: string, options: { size: number; fill: string; anchor?: 'start' | 'middle' | 'end'; upright?: boolean; bold?: boolean }): void
}

const cell = 52
const left = 120
const top = 130
const legendAt = left + 10 * cell + 30
export const figureSize = { width: legendAt + 90, height: top + 10 * cell + 60 }

const hues = { model1: [0, 119, 187], model2: [238, 119, 51] } as const
const ink = '#1d2430'
const font = 'Helvetica, Arial, sans-serif'

/** White to the model's colour, darkening at the end so that white text stands on it. */
function shade(model: Evaluation['model'], part: number): string {
  const mix = hues[model].map((end) => {
    const full = end * (1 - 0.35 * Math.max(0, part - 0.6) / 0.4)
    return Math.round(255 + (full - 255) * Math.min(1, 0.15 * Number(part > 0) + part))
  })
  return `rgb(${mix.join(',')})`
}

function drawMatrix(pen: Pen, evaluation: Evaluation, showing: Showing) {
  const { model, confusion } = evaluation
  pen.box(0, 0, figureSize.width, figureSize.height, '#ffffff')
  pen.text(left, 26, t.test.matrix(t.models[model]), { size: 18, fill: ink, bold: true })
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

const escape = (text: string) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)

export function matrixSvg(evaluation: Evaluation, showing: Showing): string {
  const parts: string[] = []
  drawMatrix({
    box: (x, y, width, height, fill) => parts.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`),
    text: (x, y, text, { size, fill, anchor = 'start', upright, bold }) => {
      const turn = upright ? ` transform="rotate(-90 ${x} ${y})"` : ''
      parts.push(`<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${bold ? ' font-weight="bold"' : ''}${turn}>${escape(text)}</text>`)
    },
  }, evaluation, showing)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${figureSize.width} ${figureSize.height}" font-family="${font}">\n${parts.join('\n')}\n</svg>\n`
}

export function matrixPng(evaluation: Evaluation, showing: Showing): Promise<Blob> {
  const sharp = 2
  const canvas = document.createElement('canvas')
  canvas.width = figureSize.width * sharp
  canvas.height = figureSize.height * sharp
  const context = canvas.getContext('2d')!
  context.scale(sharp, sharp)
  drawMatrix({
    box: (x, y, width, height, fill) => {
      context.fillStyle = fill
      context.fillRect(x, y, width, height)
    },
    text: (x, y, text, { size, fill, anchor = 'start', upright, bold }) => {
      context.save()
      context.translate(x, y)
      if (upright) context.rotate(-Math.PI / 2)
      context.font = `${bold ? 'bold ' : ''}${size}px ${font}`
      context.fillStyle = fill
      context.textAlign = anchor === 'middle' ? 'center' : anchor
      context.fillText(text, 0, 0)
      context.restore()
    },
  }, evaluation, showing)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(t.trouble.unnamed))), 'image/png'))
}

export function matrixCsv({ confusion }: Evaluation): string {
  const rows = confusion.map((row, i) => [classNames[i], ...row].join(','))
  return [['true\\predicted', ...classNames].join(','), ...rows].join('\n') + '\n'
}

export function tableCsv(evaluation: Evaluation): string {
  const number = (value: number) => value.toFixed(4)
  const rows = evaluation.per_class.map((row) => [row.label, number(row.precision), number(row.recall), number(row.f1), row.support].join(','))
  const macro = ['macro avg', number(evaluation.macro_precision), number(evaluation.macro_recall), number(evaluation.macro_f1), evaluation.images].join(',')
  return ['class,precision,recall,f1,support', ...rows, macro].join('\n') + '\n'
}
