import { describe, expect, it } from 'vitest'
import { DataSet, dataState, trainable } from '../../src/data/set'
import { models, parameterCount } from '../../src/models/layers'
import { bytes, duration, images } from '../../src/parts/format'
import { toSvg } from '../../src/parts/pen'
import { hear, newHistory } from '../../src/run/history'
import { classNames } from '../../src/run/words'
import type { Tested } from '../../src/state/evaluations'
import { imageAt, numberOf, select } from '../../src/views/look/selection'
import { agree, imagesOfCell } from '../../src/views/test/agreement'
import { compareCsv, fileOf, matrixCsv, matrixFigure, tableCsv } from '../../src/views/test/figure'
import { curveCsv, curveFigure, ticks } from '../../src/views/train/curveFigure'
import { axisEnd, linesOf, smooth, toChart, toRates, type Curve } from '../../src/views/train/curves'

describe('the pictures of the networks', () => {
  it('have the report’s parameter counts', () => {
    expect(parameterCount(models.model1)).toBe(1_625_866)
    expect(parameterCount(models.model2)).toBe(295_786)
  })
})

function idx(labels: number[]) {
  const images = new Uint8Array(16 + 784 * labels.length)
  new DataView(images.buffer).setUint32(4, labels.length)
  return [images, Uint8Array.from([0, 0, 8, 1, 0, 0, 0, labels.length, ...labels])] as const
}

describe('a selection of images', () => {
  const [a, b] = idx([0, 1, 1, 9])
  const [c, d] = idx([1, 9])
  const data = new DataSet('drawn', { 'train-images-idx3-ubyte': a, 'train-labels-idx1-ubyte': b, 't10k-images-idx3-ubyte': c, 't10k-labels-idx1-ubyte': d })

  it.each([
    ['all', null, [0, 1, 2, 3, 4, 5]],
    ['all', 1, [1, 2, 4]],
    ['train', null, [0, 1]],
    ['train', 9, []],
    ['val', null, [2, 3]],
    ['val', 9, [3]],
    ['test', 9, [5]],
    ['test', 0, []],
  ] as const)('of %s, class %s', (splits, label, want) => expect([...select(data, splits, label, Uint8Array.from([0, 0, 1, 1]))]).toEqual(want))

  it('has neither training nor validation images before the split is known', () => {
    expect([...select(data, 'train', null, null), ...select(data, 'val', null, null)]).toEqual([])
    expect([...select(data, 'all', 9, null)]).toEqual([3, 5])
  })

  it('names each image', () => {
    expect(imageAt(data, 4)).toEqual({ split: 'test', index: 0 })
    for (let i = 0; i < 6; i++) expect(numberOf(data, imageAt(data, i))).toBe(i)
  })

  it('refuses files whose lengths disagree', () => {
    expect(() => new DataSet('drawn', { 'train-images-idx3-ubyte': a, 'train-labels-idx1-ubyte': d, 't10k-images-idx3-ubyte': c, 't10k-labels-idx1-ubyte': d })).toThrow(/incomplete or damaged/)
  })
})

it('there is as much to train on as the data has, less what validates', () => {
  expect(trainable.value).toBe(54_000)
  dataState.value = { phase: 'ready', kind: 'drawn', train: 4000, test: 1000 }
  expect(trainable.value).toBe(3600)
})

const labels = Uint8Array.from([0, 0, 6, 6])
const tested = (predictions: number[], confidences: number[]) =>
  ({ predictions: Uint8Array.from(predictions), confidences: Float32Array.from(confidences) }) as Tested

describe('tested images', () => {
  it('of a cell come the surest first', () => {
    expect(imagesOfCell(tested([0, 6, 0, 0], [0.5, 0.9, 0.6, 0.8]), labels, 6, 0)).toEqual([3, 2])
  })
  it('are shared out by who is right', () => {
    expect(agree(tested([0, 6, 6, 0], [1, 1, 1, 1]), tested([0, 0, 0, 0], [1, 1, 1, 1]), labels)).toEqual({ both: [0], only1: [2], only2: [1], neither: [3] })
  })
})

describe('figures', () => {
  const confusion = classNames.map((_, i) => classNames.map((_, j) => (i === j ? 900 : i === 6 && j === 0 ? 100 : 0)))
  const evaluation = {
    model: 'model1', confusion, images: 9100, macro_precision: 0.9, macro_recall: 0.8, macro_f1: 0.85,
    per_class: classNames.map((label) => ({ label, precision: 0.5, recall: 0.25, f1: 1 / 3, support: 1000 })),
    asked: null,
  } as unknown as Tested

  it('write the matrix with true classes as rows', () => {
    const lines = matrixCsv(evaluation).trim().split('\n')
    expect(lines).toHaveLength(11)
    expect(lines[7]).toBe('Shirt,100,0,0,0,0,0,900,0,0,0')
  })
  it('write a table', () => expect(tableCsv(evaluation).split('\n')[1]).toBe('T-shirt/top,0.5000,0.2500,0.3333,1000'))
  it('compare two models, the second less the first', () => {
    const better = { ...evaluation, accuracy: 0.9, macro_f1: 0.9, per_class: evaluation.per_class.map((row) => ({ ...row, f1: 0.5 })) }
    const lines = compareCsv({ ...evaluation, accuracy: 0.8 }, better).trim().split('\n')
    expect(lines).toHaveLength(13)
    expect(lines[1]).toBe('accuracy,0.8000,0.9000,0.1000')
    expect(lines[3]).toBe('f1 T-shirt/top,0.3333,0.5000,0.1667')
  })
  it('draw one box a cell, with two decimals of the row', () => {
    const svg = toSvg(matrixFigure(evaluation, 'percent'))
    expect(svg.match(/<rect/g)!.length).toBe(1 + 100 + 26)
    expect(svg).toContain('>0.90<')
    expect(svg).toContain('>0.10<')
  })
  it('say which of a run’s weights they are of', () => {
    const last: Tested = { ...evaluation, asked: 'best', weights: 'last' }
    expect([fileOf(evaluation), fileOf(last)]).toEqual(['model1', 'model1_last'])
    expect(toSvg(matrixFigure(evaluation, 'counts'))).toContain('>Confusion matrix of Model 1<')
    expect(toSvg(matrixFigure(last, 'counts'))).toContain('>Confusion matrix of Model 1, last weights<')
  })
})

describe('curves', () => {
  it('put all runs on one axis', () => {
    const history = hear(newHistory({ model: 'model1', epochs: 2, batch: 128 }), {
      event: 'epoch', epoch: 1, step: 422, train_loss: 0.4, train_acc: 0.8, val_loss: 0.3, val_acc: 0.9, lr: 1e-3, seconds: 1, images_per_second: 1, weights_sha256: 'x',
    })
    const changed = hear(history, { event: 'change', step: 211, key: 'lr', value: 0.01 })
    const chart = toChart([{ model: 'model1', title: 'One', place: 'here', history: changed }, { model: 'model2', title: 'Two', place: 'server', history }], 'loss')
    expect(chart.columns).toEqual([[1], [0.4], [0.3], [0.4], [0.3]])
    expect(chart.marks).toEqual([{ at: 0.5, text: 'lr 0.01' }])
    expect(chart.lines.map((line) => line.marker)).toEqual([undefined, 'circle', undefined, 'diamond'])
  })
  const reached = (at: number, epochs: number): Curve => {
    const fresh = newHistory({ model: 'model1', epochs })
    return { model: 'model1', title: 'One', place: 'here', history: { ...fresh, trace: { ...fresh.trace, at: [0, at], loss: [2, 1], acc: [0, 1] } } }
  }
  it.each([[0, 12, 1], [0.01, 12, 1], [1, 12, 1], [1.01, 12, 2], [3, 12, 4], [4.2, 12, 8], [9, 12, 12], [12, 12, 12], [0.5, 1, 1], [7, 5, 7]])('after %s epochs of %s have an axis to %s', (at, epochs, end) => {
    expect(toChart([reached(at, epochs)], 'loss').range.x).toEqual([0, end])
  })
  it('have the axis of the run that is furthest', () => {
    expect(axisEnd([reached(1, 60), reached(9, 12)])).toBe(16)
    expect(axisEnd([])).toBe(1)
  })
  it('of one model are told apart, whatever their colors', () => {
    const run = { model: 'model2', title: 'Two', place: 'here', history: newHistory({ model: 'model2' }) } as const
    expect(linesOf({ ...run, nth: 0 })).toEqual(linesOf(run))
    expect(new Set([0, 1, 2, 3].map((nth) => linesOf({ ...run, nth })[1].dash!.join())).size).toBe(4)
  })
  it('mark where the schedule cut the rate, and not where a person did', () => {
    const rates = [1e-3, 1e-3, 5e-4, 1e-4]
    const epochs = rates.map((lr, i) => ({
      event: 'epoch' as const, epoch: i + 1, step: 10 * (i + 1), train_loss: 0.4, train_acc: 0.8, val_loss: 0.3, val_acc: 0.9, lr, seconds: 1, images_per_second: 1, weights_sha256: 'x',
    }))
    const run = epochs.reduce(hear, newHistory({ model: 'model2', epochs: 5, limit: 100, batch: 10 }))
    const history = hear(run, { event: 'change', step: 30, key: 'lr', value: 1e-4 })
    const curve = { model: 'model2', title: 'Two', place: 'here', history } as const
    expect(toChart([curve], 'acc').marks).toEqual([{ at: 3, text: 'lr 0.0001' }, { at: 2, text: 'lr 0.0005' }])
    expect(toRates([curve])?.columns).toEqual([[1, 2, 3, 4], rates])
    expect(toRates([{ ...curve, history: newHistory({ model: 'model2' }) }])).toBeNull()
  })
  it('go into a file with their axes, lines and legend', () => {
    const data = { lines: [{ label: 'One <1>', stroke: '--m1', width: 2, marker: 'square' as const }], columns: [[0, 1], [0.5, 1]], marks: [{ at: 1, text: 'lr 0.1' }], range: { x: [0, 2] as [number, number], y: [0, 1] as [number, number] } }
    const svg = toSvg(curveFigure('Loss', data, String))
    expect(svg).toContain('M70 200L405 60')
    expect(svg).toContain('One &#60;1&#62;')
    expect(svg).toContain('>lr 0.1<')
    expect(curveCsv(data)).toBe('epoch,"One <1>"\n0,0.5\n1,1\n')
    expect(ticks(0, 12)).toEqual([0, 5, 10])
    expect(ticks(0.7, 0.95).map((value) => value.toFixed(2))).toEqual(['0.70', '0.75', '0.80', '0.85', '0.90', '0.95'])
  })
  it('are smoothed without moving their ends', () => {
    const flat = smooth([0, 10, 0, 10, 0, 10, 0])
    expect([flat[0], flat.at(-1)]).toEqual([0, 0])
    expect(flat[3]).toBeCloseTo(30 / 7)
  })
})

describe('words for numbers', () => {
  it.each([[59, '59 s'], [5399, '90 min'], [7180, '2 h 0 min'], [9000, '2 h 30 min'], [null, '–']] as const)('%s seconds: %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words)
  })
  it.each([[0, '0 kB'], [1, '1 kB'], [2_500_000, '2.5 MB']] as const)('%s bytes: %s', (size, words) => expect(bytes(size)).toBe(words))
  it('one image is no images', () => expect([images(1), images(1200)]).toEqual(['1 image', '1,200 images']))
})
