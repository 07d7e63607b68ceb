import type { DataSet } from '../../data/set'

export type Splits = 'all' | 'train' | 'test'
export interface Image { split: 'train' | 'test'; index: number }

/**
 * Which images a filter leaves, as one list of numbers: training images first
 * (0 and up), then test images (from `train.count` up).
 */
export function select(data: DataSet, splits: Splits, label: number | null): Uint32Array {
  const { train, test } = data
  const from = splits === 'test' ? train.count : 0
  const to = splits === 'train' ? train.count : train.count + test.count
  const found = new Uint32Array(to - from)
  let count = 0
  for (let i = from; i < to; i++) {
    const own = i < train.count ? train.labels[i]! : test.labels[i - train.count]!
    if (label === null || own === label) found[count++] = i
  }
  return found.subarray(0, count)
}

export const imageAt = (data: DataSet, number: number): Image =>
  number < data.train.count ? { split: 'train', index: number } : { split: 'test', index: number - data.train.count }

export const numberOf = (data: DataSet, { split, index }: Image) => (split === 'train' ? index : data.train.count + index)
