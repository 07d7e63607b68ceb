import { saveFile } from '../keep/download'
import { t } from '../words'

interface TextStyle { size: number; fill: string; anchor?: 'start' | 'middle' | 'end'; upright?: boolean; bold?: boolean }
interface LineStyle { stroke: string; width: number; dash?: readonly number[]; alpha?: number }

/** What a figure is drawn with: text for SVG, or a canvas for PNG. Figures in files are always light. */
export interface Pen {
  box(x: number, y: number, width: number, height: number, fill: string): void
  text(x: number, y: number, text: string, style: TextStyle): void
  /** Through all points; a closed one is filled instead. */
  path(points: readonly (readonly [number, number])[], style: LineStyle, closed?: boolean): void
}

export interface Figure { width: number; height: number; draw: (pen: Pen) => void }

export const ink = '#1d2430'
const font = 'Helvetica, Arial, sans-serif'
const escape = (text: string) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)
const short = (value: number) => String(Math.round(100 * value) / 100)

export function toSvg({ width, height, draw }: Figure): string {
  const parts: string[] = []
  draw({
    box: (x, y, w, h, fill) => parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" fill="${fill}"/>`),
    text: (x, y, text, { size, fill, anchor = 'start', upright, bold }) => {
      const turn = upright ? ` transform="rotate(-90 ${short(x)} ${short(y)})"` : ''
      parts.push(`<text x="${short(x)}" y="${short(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${bold ? ' font-weight="bold"' : ''}${turn}>${escape(text)}</text>`)
    },
    path: (points, { stroke, width: wide, dash, alpha = 1 }, closed) => {
      const d = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join('') + (closed ? 'Z' : '')
      const paint = closed ? `fill="${stroke}"` : `fill="none" stroke="${stroke}" stroke-width="${wide}"${dash ? ` stroke-dasharray="${dash.join(' ')}"` : ''}`
      parts.push(`<path d="${d}" ${paint}${alpha < 1 ? ` opacity="${alpha}"` : ''}/>`)
    },
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="${font}">\n${parts.join('\n')}\n</svg>\n`
}

/** Twice as sharp as the SVG's units. */
const sharp = 2

export function toPng({ width, height, draw }: Figure): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width * sharp
  canvas.height = height * sharp
  const context = canvas.getContext('2d')!
  context.scale(sharp, sharp)
  draw(canvasPen(context))
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(t.trouble.unnamed))), 'image/png'))
}

function canvasPen(context: CanvasRenderingContext2D): Pen {
  return {
    box: (x, y, w, h, fill) => {
      context.fillStyle = fill
      context.fillRect(x, y, w, h)
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
    path: (points, { stroke, width, dash = [], alpha = 1 }, closed) => {
      context.save()
      context.globalAlpha = alpha
      context.strokeStyle = context.fillStyle = stroke
      context.lineWidth = width
      context.setLineDash([...dash])
      context.beginPath()
      points.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)))
      if (closed) context.fill()
      else context.stroke()
      context.restore()
    },
  }
}

export const saveSvg = (name: string, figure: Figure) => saveFile(`${name}.svg`, toSvg(figure), 'image/svg+xml')
export const savePng = async (name: string, figure: Figure) => saveFile(`${name}.png`, await toPng(figure), 'image/png')
