import { describe, expect, it, vi } from 'vitest'
import { firstSettings, toConfig, allImages } from '../../src/models/recipes'
import { readHash, writeHash, type Linked } from '../../src/state/hash'

const first: Linked = { view: 'train', chosen: ['model1'], settings: firstSettings, image: { split: 'test', index: 123 }, hidden: new Set(), weights: null }

describe('a link', () => {
  it('is empty for a fresh page', () => expect(writeHash(first)).toBe(''))

  it('holds every setting', () => {
    const linked: Linked = {
      view: 'look', chosen: ['model1', 'model2'], image: { split: 'train', index: 59_999 }, hidden: new Set(['lr', 'seed']), weights: 'none',
      settings: { recipe: 'best', epochs: 3, lr: 0.01, seed: 7, limit: 10_000, workers: 2, monitor: 'val_loss' },
    }
    expect(readHash(writeHash(linked))).toEqual(linked)
  })

  it.each(['epochs=0', 'epochs=1.5', 'epochs=x', 'lr=-1', 'lr=1e99', 'seed=-1', 'limit=1', 'recipe=magic', 'monitor=luck', 'view=nowhere', 'model=model9', 'img=test-x', 'weights=gold', 'unknown=1'])(
    'leaves %s aside',
    (words) => expect(readHash(`#v=1&${words}`)).toEqual({ settings: firstSettings }),
  )
})

describe('a config', () => {
  vi.stubGlobal('navigator', { hardwareConcurrency: 4 })
  it('leaves to the recipe what was not set', () => {
    expect(toConfig('model2', firstSettings)).toEqual({ model: 'model2', recipe: 'report', seed: 42, workers: 4 })
  })
  it('names a smaller number of images only', () => {
    expect(toConfig('model1', { ...firstSettings, limit: 1000 }).limit).toBe(1000)
    expect(toConfig('model1', { ...firstSettings, limit: allImages }).limit).toBeUndefined()
  })
})
