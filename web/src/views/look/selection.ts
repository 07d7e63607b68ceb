import type { DataSet } from '../../data/set'

export const splitsShown = ['test', 'train', 'val', 'all'] as const
export type Splits = (typeof splitsShown)[number]
export interface Image { split: 'train' | 'test'; index: number }

/** Which images of the training file are kept for validation: 1 at each of their places. */
export type Kept = Uint8Array

/**
 * Which images a filter leaves, as one list of numbers: images of the training
 * file first (0 and up), then test images (from `train.count` up). Training and
 * validation images are told apart by `kept`; without it there are none of either.
 */
export function select(data: DataSet, splits: Splits, label: number | null, kept: Kept | null): Uint32Array {
  const { train, test } = data
  const from = splits === 'test' ? train.count : 0
  const to = splits === 'test' || splits === 'all' ? train.count + test.count : train.count
  const wanted = splits === 'train' ? 0 : splits === 'val' ? 1 : null
  const found = new Uint32Array(to - from)
  let count = 0
  for (let i = from; i < to; i++) {
    const own = i < train.count ? train.labels[i]! : test.labels[i - train.count]!
    if (label !== null && own !== label) continue
    if (wanted !== null && kept?.[i] !== wanted) continue
    found[count++] = i
  }
  return found.subarray(0, count)
}

export const imageAt = (data: DataSet, number: number): Image =>
  number < data.train.count ? { split: 'train', index: number } : { split: 'test', index: number - data.train.count }

export const numberOf = (data: DataSet, { split, index }: Image) => (split === 'train' ? index : data.train.count + index)

/** What a person calls the split of an image. */
export const splitOf = ({ split, index }: Image, kept: Kept | null): 'train' | 'val' | 'test' => (split === 'train' && kept?.[index] === 1 ? 'val' : split)
