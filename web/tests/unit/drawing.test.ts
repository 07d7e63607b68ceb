import { describe, expect, it } from 'vitest'
import { fromNdjson, isEmpty, LineError, toLine, type Drawing } from '../../src/run/drawing'

const drawing: Drawing = { word: 'shoe', strokes: [{ x: [1, 2], y: [3, 4], kind: 'pencil', width: 1 }] }

describe('drawings', () => {
  it('write Quick, Draw! lines without style where all is pencil', () => {
    expect(JSON.parse(toLine(drawing))).toEqual({ word: 'shoe', drawing: [[[1, 2], [3, 4]]] })
  })

  it('come back as they were, kinds and widths too', () => {
    const styled: Drawing = { word: 'bag', strokes: [...drawing.strokes, { x: [5], y: [6], kind: 'eraser', width: 2 }] }
    expect(fromNdjson(`${toLine(drawing)}\n\n${toLine(styled)}\n`)).toEqual([drawing, styled])
  })

  it('are made to fit the pad', () => {
    const [big] = fromNdjson('{"drawing":[[[-100,900],[0,500]]]}')
    expect(Math.min(...big!.strokes[0]!.x)).toBe(0)
    expect(Math.max(...big!.strokes[0]!.x)).toBeCloseTo(255)
  })

  it.each([
    ['no JSON', 'nonsense', 1],
    ['no strokes', '{"drawing":[[[1],[1]]]}\n{"word":"x"}', 2],
    ['lengths that differ', '{"drawing":[[[1,2],[1]]]}', 1],
    ['words for numbers', '{"drawing":[[["a"],[1]]]}', 1],
    ['a pen that nobody has', '{"drawing":[[[1],[1]]],"style":[{"kind":"spray"}]}', 1],
    ['a word for a width', '{"drawing":[[[1],[1]]],"style":[{"kind":"pencil","width":"wide"}]}', 1],
    ['a pen wider than the widest, 16 times the usual', '{"drawing":[[[1],[1]]],"style":[{"kind":"pencil","width":16.5}]}', 1],
    ['a width below nothing', '{"drawing":[[[1],[1]]],"style":[{"kind":"pencil","width":-1}]}', 1],
  ])('are refused with %s, naming the line', (_, text, line) => {
    expect(() => fromNdjson(text)).toThrow(LineError)
    try { fromNdjson(text) } catch (error) { expect((error as LineError).line).toBe(line) }
  })

  it('know when there is no ink', () => {
    expect(isEmpty({ strokes: [] })).toBe(true)
    expect(isEmpty({ strokes: [{ x: [1], y: [1], kind: 'eraser', width: 1 }] })).toBe(true)
    expect(isEmpty(drawing)).toBe(false)
  })
})
